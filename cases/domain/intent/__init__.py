"""What a customer's email means for a case: a careful guess, with the sentence it rests on.

Nobody's service comes or goes on a word in passing: what is negated, asked, quoted, reported or
made to depend on something never counts as a yes, and doubt is called doubt (R22, R23).
"""

from cases.domain.intent.model import CLEAR, Evidence, Intent, Kind
from cases.domain.intent.read import read_intent

__all__ = ["CLEAR", "Evidence", "Intent", "Kind", "read_intent"]
