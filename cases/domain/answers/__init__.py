"""What a reply answers: filled-in forms, numbered lines and plain sentences, as suggestions.

Nothing here settles a question: a suggestion says what was read, where it stands and how sure that
is, and a person accepts it with one click (R13, THREATS 31).
"""

from cases.domain.answers.model import Asked, Suggestion
from cases.domain.answers.read import read_answers

__all__ = ["Asked", "Suggestion", "read_answers"]
