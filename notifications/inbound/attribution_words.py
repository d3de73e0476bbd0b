"""The words of attributions: how "On … wrote:" begins and ends in some thirty languages.

All in folded case. A language is taught by adding its words here; nothing else knows them, but for
the verbs that stand between the date and the name (`attributions._INNER_VERB`).
"""

from __future__ import annotations

# How an attribution begins, where a language has a word for it.
STARTERS = (
    "on", "at", "in message", "in article", "le", "el", "il", "il giorno", "in data", "em",
    "am", "op", "den", "d.", "dnia", "w dniu", "dne", "dňa", "på", "ved", "la data", "la",
    "în data", "în", "pe", "pada", "pada tanggal", "vào", "vào lúc", "vào ngày", "lúc", "ngày",
    "στις", "la dat", "в", "у", "від", "בתאריך", "ב", "في", "بتاريخ", "در", "dne.", "kuupäeval",
    "---- on", "em data", "a la fecha", "a las", "le.", "kl.", "klo", "på den", "tanggal", "di",
    "noong", "mnamo", "เมื่อ", "เมื่อวันที่", "kuupäev", "på den",
)  # fmt: skip
# How it ends, before the colon. Compared in folded case.
VERBS = (
    "wrote", "writes", "says", "said", "sent", "responded", "replied", "écrit", "ecrit",
    "nous a dit", "escribió", "escribio", "escribía", "escreveu", "ha scritto", "scritto",
    "scrive", "schrieb", "geschrieben", "schrieben sie", "schreibt", "schreef", "geschreven",
    "schrijft", "skrev", "skriver", "skrifaði", "kirjoitti", "kirjutas", "rakstīja", "napisał",
    "napisał(a", "napisała", "napisal", "napisal(a", "pisze", "napsal", "napsal(a", "napsala",
    "napísal", "napísal(a", "napísala", "píše", "je napisao", "je napisao/la", "napisao",
    "napisao je", "je napisal", "написал", "написал(а", "написала", "написали", "пишет",
    "писал", "писал(а", "писала", "пише", "написав", "написав(ла", "написав(-ла", "писав",
    "написа", "ezt írta", "írta", "a scris", "scris", "yazdı", "şunu yazdı", "şunları yazdı",
    "yazmış", "έγραψε", "έγραψαν", "đã viết", "viết", "đã ghi", "menulis", "tulis", "كتب",
    "كتبت", "כתב", "כתבה", "כתב/ה", "parašė", "rašė", "va escriure", "idatzi du", "escribiu",
    "写道", "寫道", "のメッセージ", "のメール", "が書きました", "は書きました",
    "さんは書きました", "작성", "님이 작성", "님이 씀", "씀", "wrote the following", "เขียน",
    "เขียนว่า", "نوشت", "ने लिखा", "लिखा", "लिखेछेन", "लिहिले", "লিখেছেন", "ਲਿਖਿਆ", "రాశారు",
    "எழுதியது", "எழுதினார்", "نے لکھا", "لکھا", "લખ્યું", "ಬರೆದಿದ್ದಾರೆ", "എഴുതി",
    "написао/ла", "написао", "је написала", "napisao/la", "aliandika", "ameandika", "쓴 글",
    "isinulat", "כתבו", "napisala", "je napisala",
)  # fmt: skip
# The whole of what may stand between an address and the end.
VERB_PHRASES = frozenset(VERBS) | {
    "a écrit", "a ecrit", "het volgende geschreven", "napisał(a", "napsal(a", "napísal(a",
    "написал(а", "tarihinde şunu yazdı", "님이 작성", "さんが書きました", "a következőt írta",
    "यांनी लिहिले", "ਨੇ ਲਿਖਿਆ", "ఇలా రాశారు", "એ લખ્યું", "је написао/ла", "је написао",
}  # fmt: skip
# Where the verb stands before the name, or there is none: "Message from Ann, 3 May 2021 at 10:00:".
OPENERS = (
    "wiadomość napisana przez ", "wiadomość od ", "mensaje de ", "missatge de ", "message de ",
    "message from ", "messaggio da ", "messaggio di ", "mensagem de ", "nachricht von ",
    "mail von ", "e-mail von ", "bericht van ", "meddelande från ", "besked fra ", "melding fra ",
    "zpráva od ", "správa od ", "сообщение от ", "письмо от ", "повідомлення від ", "mesaj de la ",
)  # fmt: skip
