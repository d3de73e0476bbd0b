"""Yes and no, the form's labels, and what ends an answer, in four languages. All folded."""

from __future__ import annotations

import re


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


YES = words(
    "yes yep yeah yup y sure correct right affirmative definitely absolutely indeed ok okay ja"
    " jawohl j klar genau richtig naturlich gerne oui ouais exact certainement si claro correcto"
    " cierto vale true x"
)
NO = words(
    "no nope n nein nee non negative nicht not none keine kein aucun aucune ninguno ninguna don't"
)
# Beside these a yes or a no is only half of the answer.
BUT = words(
    "but except unless if only maybe perhaps probably partly some later yet unsure possibly depends"
    " aber ausser nur wenn falls vielleicht wahrscheinlich teilweise noch eventuell kommt"
    " mais sauf seulement peut-etre peut probablement encore depend"
    " pero salvo excepto solo quizas tal vez todavia aun depende both beide beides"
)
UNDECIDED = (
    "don't know", "do not know", "not sure", "no idea", "tbd", "tba", "to be decided",
    "to be confirmed", "see above", "see below", "see attached", "will let you know",
    "get back to you", "weiss nicht", "weiss ich nicht", "weiss ich noch nicht", "noch offen",
    "siehe oben", "siehe unten", "siehe anhang", "keine ahnung", "melde mich", "melden uns",
    "ne sais pas", "sais pas", "savons pas", "voir ci-dessus", "voir ci-dessous", "ci-joint",
    "no se", "no lo se", "no sabemos", "ver arriba", "ver abajo", "por confirmar",
    "n/a", "not applicable", "entfallt", "sans objet", "no aplica",
)  # fmt: skip

LABEL = re.compile(
    r"(?:[*•·–-]\s{0,3})?(?:your |ihre |votre |su )?"
    r"(?:answers?|antwort(?:en)?|r[ée]ponses?|respuestas?|ans\.?|a)"
    r"(?:\s{0,3}(?:to|zu|a|à|#|no\.?|nr\.?|n°|question|frage)){0,2}\s{0,3}(\d{1,3})?\s{0,3}[:：=]",
    re.IGNORECASE,
)
NUMBERED = re.compile(
    r"(?:[*•]\s{0,3})?(?:(?:re|zu|ad|to|for|question|frage|pregunta|q|f|no\.|nr\.|n°"
    r"|(?P<mark>#|answer|antwort|r[ée]ponse|respuesta))\s{0,2})?"
    r"[(\[]?(?P<number>\d{1,3})"
    r"(?:\s{0,2}(?:\.\)|[.):\]]|\ufe0f?\u20e3|[-–—=](?=\s))|(?(mark)\s|(?!)))\s{0,6}(?=\S)",
    re.IGNORECASE,
)
TICKED = re.compile(
    r"(?:[*•-]\s{0,3})?(?:[(\[{]\s{0,3}[xX✓✔☑✗*+]\s{0,3}[)\]}]|[☑☒✓✔])\s{0,3}(?=\S)"
)
EMPTY_BOX = re.compile(r"(?:[*•-]\s{0,3})?(?:[(\[{]\s{0,9}[)\]}]|☐)\s{0,3}(?=\S)")

# The first words of a line that ends all answers: a farewell, a signature, an attribution.
CLOSINGS = (
    "best regards", "kind regards", "regards", "best wishes", "warm regards", "sincerely",
    "yours", "cheers", "thanks", "thank you", "many thanks", "mit freundlichen", "mit besten",
    "freundliche gru", "viele gru", "beste gru", "liebe gru", "schone gru", "herzliche gru",
    "mfg", "lg", "vg", "danke", "vielen dank", "cordialement", "bien cordialement",
    "bien a vous", "salutations", "sinceres salutations", "merci", "saludos", "un saludo",
    "atentamente", "gracias", "muchas gracias", "cordialmente", "sent from", "gesendet von",
    "envoye de", "enviado desde", "get outlook", "best", "all the best", "take care", "--",
)  # fmt: skip
# Between a question and its slot these say how to fill it in; they are ours in any language.
GREETINGS = (
    "hi", "hello", "dear", "hallo", "guten tag", "guten morgen", "sehr geehrte", "liebe", "lieber",
    "bonjour", "bonsoir", "cher", "chere", "madame", "hola", "buenos dias", "buenas tardes",
    "estimad", "good morning", "good afternoon", "hey", "moin", "servus", "gruss gott",
)  # fmt: skip
