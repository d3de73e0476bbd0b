"""What each language says for restoring, staying, cancelling and moving a date.

A pattern is a row of words; "a|b" is either, "~3" lets up to three words stand between, and
<names> stand for the sets below. Everything is folded: lower case, no accents.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SETS = {
    "<lines>": "service services line lines number numbers phone phones account extension"
    " extensions system telephones trunk trunks sim sims connection access"
    " dienst dienste diensten leitung leitungen nummer nummern telefon telefone konto anschluss"
    " anschlusse nebenstellen rufnummer rufnummern vertrag telefonanlage"
    " dienstes kontos anschlusses vertrags"
    " service services ligne lignes numero numeros compte telephone telephones abonnement"
    " contrat"
    " servicio servicios linea lineas numero numeros cuenta telefono telefonos extensiones"
    " contrato",
    "<ending>": "cancellation cancelation termination cancellations closure disconnection"
    " kundigung kundigungen stornierung abschaltung beendigung"
    " resiliation annulation cloture fermeture"
    " cancelacion baja anulacion terminacion",
    "<date>": "date day termin datum zeitpunkt tag date jour echeance fecha dia",
}

SETS["<service>"] = SETS["<lines>"] + " it them us all everything alles uns tout tous todo todos"


def expand(element: str) -> frozenset[str]:
    found: list[str] = []
    for part in element.split("|"):
        found += SETS[part].split() if part in SETS else [part]
    return frozenset(found)


@dataclass(frozen=True)
class Pattern:
    """`elements` are (largest gap before it, words that fit)."""

    signal: str
    elements: tuple[tuple[int, frozenset[str]], ...]

    @classmethod
    def parse(cls, signal: str, text: str) -> Pattern:
        gap, elements = 0, []
        for part in text.split():
            if part.startswith("~"):
                gap = int(part[1:])
            else:
                elements.append((gap, expand(part)))
                gap = 0
        return cls(signal=signal, elements=tuple(elements))


@dataclass(frozen=True)
class Lexicon:
    """One language. `stop` are frequent words that give it away; `courtesy` says nothing.

    `praise` are the words of people who are content with how it went, `topics` what such praise is
    about: in one breath with praise or a thank-you they ask for nothing. `harmless` words leave a
    wish in their clause as plain as it was: asking, hurrying, whose, all of it (see `plain`).
    """

    code: str
    stop: frozenset[str]
    courtesy: frozenset[str]
    thanks: frozenset[str]
    praise: frozenset[str]
    topics: frozenset[str]
    harmless: frozenset[str]
    patterns: tuple[Pattern, ...]
    by_first: dict[str, list[Pattern]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for pattern in self.patterns:
            for word in pattern.elements[0][1]:
                self.by_first.setdefault(word, []).append(pattern)


def make_lexicon(
    code: str,
    *,
    stop: str,
    courtesy: str,
    thanks: str,
    praise: str,
    topics: str,
    harmless: str,
    patterns: dict[str, str],
) -> Lexicon:
    """`patterns` maps a signal to its patterns, one per line.

    Signals: restore, undo (the cancellation), stay, keep (something), hold (the whole service),
    cancel, reschedule; restore_done is the participle of "want … restored", restore_noun needs
    somebody who asks for it; ask marks a request; declare does what it says ("we withdraw …");
    later puts off.
    """
    return Lexicon(
        code=code,
        stop=frozenset(stop.split()),
        courtesy=frozenset(f"{courtesy} {thanks} {COURTESY}".split()),
        thanks=frozenset(thanks.split()),
        praise=frozenset(praise.split()),
        topics=frozenset(topics.split()),
        harmless=frozenset(harmless.split()),
        patterns=tuple(
            Pattern.parse(signal, line.strip())
            for signal, lines in patterns.items()
            for line in lines.strip().splitlines()
        ),
    )


COURTESY = "ok okay super 8x8 team mr mrs ms dr cc re aw fw email mail e-mail"
