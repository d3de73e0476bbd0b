"""The languages that the desk reads, by their code. A new one is a file beside these."""

from cases.domain.intent.languages.english import ENGLISH
from cases.domain.intent.languages.french import FRENCH
from cases.domain.intent.languages.german import GERMAN
from cases.domain.intent.languages.spanish import SPANISH
from cases.domain.intent.lexicon import Lexicon

LEXICONS: dict[str, Lexicon] = {
    lexicon.code: lexicon for lexicon in (ENGLISH, GERMAN, FRENCH, SPANISH)
}
