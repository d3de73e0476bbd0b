"""What the domain says, in English where it is written and in any language that has a file here.

`phrase("{days:day|days} left", days=3)` is an English string that remembers its facts, so that an
email can say the same thing in the customer's language. A language is one module of this folder,
named by its code, with a `TONGUE`; nothing else has to be changed to add one. See
docs/decisions/0008-languages.md.
"""

from cases.domain.speech.phrase import Phrase, join_phrases, phrase, say_in
from cases.domain.speech.tongue import Count, Money, Period, Spoken, Tongue, find_tongue

__all__ = [
    "Count",
    "Money",
    "Period",
    "Phrase",
    "Spoken",
    "Tongue",
    "find_tongue",
    "join_phrases",
    "phrase",
    "say_in",
]
