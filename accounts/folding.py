r"""How names and account numbers are folded for search, once in SQL and once in Python.

The two must agree: the database folds what is stored (generated columns), Python what is typed.
A change here needs a migration that makes the generated columns anew.
Folding takes accents away (Müller → muller), opens letters that Unicode does not take apart
(ß → ss, Ø → o), drops apostrophes (O'Brien → obrien), and turns punctuation into one space.
"""

import re
import unicodedata

from django.db.models import CharField, Func, TextField

_PAIRS = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"}
# Capitals stand here because lower() of a database in the "C" locale knows ASCII alone; those that
# Unicode takes apart (É) become ASCII before. The final sigma is the same letter as the other one.
_CAPITALS = "".join(
    letter
    for letter in map(chr, range(0xC0, 0x590))
    if letter not in "ØŁĐ"
    and len(letter.lower()) == 1
    and letter.lower() != letter
    and unicodedata.normalize("NFKD", letter) == letter
)
_FROM = "ØøŁłĐđıς" + _CAPITALS
_TO = "oollddiσ" + "".join(letter.lower() for letter in _CAPITALS)
_MARKS_AND_APOSTROPHES = "[\u0300-\u036f'’ʼ`´]"
_PUNCTUATION = r"[\s!-/:-@\[-_{-~]+"


def fold_name(text: str) -> str:
    """Return ``text`` as the column name_key holds it."""
    folded = unicodedata.normalize("NFKD", text)
    for letter, letters in _PAIRS.items():
        folded = folded.replace(letter, letters)
    folded = folded.translate(str.maketrans(_FROM, _TO))
    folded = re.sub(_MARKS_AND_APOSTROPHES, "", folded)
    return re.sub(_PUNCTUATION, " ", folded).lower().strip()


def fold_account_number(text: str) -> str:
    """Return ``text`` as the column account_key holds it: capitals and digits alone."""
    return re.sub("[^A-Za-z0-9]", "", text).upper()


def _nest_replacements(inner: str) -> str:
    for letter, letters in _PAIRS.items():
        inner = f"replace({inner}, '{letter}', '{letters}')"
    return f"translate({inner}, '{_FROM}', '{_TO}')"


class FoldedName(Func):
    """fold_name in SQL."""

    arity = 1
    output_field = TextField()
    template = (
        "btrim(lower(regexp_replace(regexp_replace("
        + _nest_replacements("pg_catalog.normalize((%(expressions)s)::text, 'NFKD')")
        + ", '"
        + _MARKS_AND_APOSTROPHES.replace("'", "''")
        + "', '', 'g'), '"
        + _PUNCTUATION
        + "', ' ', 'g')))"
    )


class FoldedAccountNumber(Func):
    """fold_account_number in SQL."""

    arity = 1
    output_field = CharField()
    template = "upper(regexp_replace((%(expressions)s)::text, '[^A-Za-z0-9]', '', 'g'))"
