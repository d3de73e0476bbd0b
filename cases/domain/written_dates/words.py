"""The words of dates in English, German, French and Spanish. All folded: lower case, no accents."""

from __future__ import annotations


def table(rows: str) -> dict[str, int]:
    """Word to number: each row holds the words of one number, counted from 1."""
    return {
        word: number
        for number, row in enumerate(rows.strip().splitlines(), start=1)
        for word in row.split()
    }


def named(rows: str) -> dict[str, str]:
    """Word to meaning: each row is "meaning: words"."""
    split = (row.partition(":") for row in rows.strip().splitlines())
    return {word: meaning.strip() for meaning, _, row in split for word in row.split()}


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MONTHS = table("""
    january jan januar janner jaenner janvier janv enero ene
    february feb februar feber fevrier fevr fev febrero
    march mar marz maerz mrz mars marzo
    april apr avril avr abril abr
    may mai mayo
    june jun juni juin junio
    july jul juli juillet juil julio
    august aug aout agosto ago
    september sep sept septembre septiembre setiembre
    october oct oktober okt octobre octubre
    november nov novembre noviembre
    december dec dezember dez decembre diciembre dic
""")
# Words that mean a month only beside a day, a year or "end of".
DOUBTFUL_MONTHS = words("may march mar mars sept sep set ago jan dec nov jun")

INTO = words("in im en by until for bis fur pour para")

WEEKDAYS = table("""
    monday mon montag montags lundi lunes
    tuesday tue tues dienstag mardi martes
    wednesday wed mittwoch mercredi miercoles
    thursday thu thur thurs donnerstag jeudi jueves
    friday fri freitag vendredi viernes
    saturday sat samstag sonnabend samedi sabado
    sunday sun sonntag dimanche domingo
""")
DOUBTFUL_WEEKDAYS = words("mon sat sun wed fri tue thu")

COUNTS = {
    **table("""
        a one ein eine einem einer un une uno una
        two zwei deux dos
        three drei trois tres
        four vier quatre cuatro
        five funf cinq cinco
        six sechs seis
        seven sieben siete
        eight acht huit ocho
        nine neun neuf nueve
        ten zehn dix diez
        eleven elf onze once
        twelve zwolf douze doce
    """),
    "thirty": 30, "dreissig": 30, "trente": 30, "treinta": 30,
    "fourteen": 14, "vierzehn": 14, "quatorze": 14, "catorce": 14,
    "sixty": 60, "sechzig": 60, "soixante": 60, "sesenta": 60,
    "ninety": 90, "neunzig": 90, "noventa": 90,
}  # fmt: skip
UNITS = named("""
    day: day days tag tage tagen jour jours dia dias
    week: week weeks woche wochen semaine semaines semana semanas
    month: month months monat monate monaten monats mois mes meses
    year: year years jahr jahre jahren jahres annee an ans ano anos
    quarter: quarter quartal quartals trimestre
""")
AHEAD = words("in within dans en dentro binnen innerhalb")

# "End of", "beginning of", "middle of".
PARTS = named("""
    end: end ende fin finales final last letzter letzten letzte dernier derniere ultimo close
    start: beginning start begin anfang beginn debut principios principio inicio inicios comienzos
    start: primeros
    middle: mid middle mitte mi mediados mitad milieu
""")
WHOLE = {
    "monatsende": "month", "jahresende": "year", "quartalsende": "quarter", "eom": "month",
    "eoy": "year",
}  # fmt: skip
# What may stand between "end" and the month.
FILLERS = words(
    "of the this der des dem den im in von vom zum d' du de del le la el l' les diesen dieses"
    " dieser ce cet este esta month day tag jour dia mes mois next following coming nachsten"
    " nachster kommenden proximo proxima 's"
)
NEXT = words(
    "next coming following nachsten nachster nachste kommenden kommender kommende proximo proxima"
    " prochain prochaine que viene"
)
NEXT_AFTER = words("prochain prochaine proximo proxima next")
ORDINALS = words("st nd rd th er ere o a te ter")
TODAY = words("today heute aujourd'hui hoy")
TOMORROW = words("tomorrow morgen demain manana")
AFTER_TOMORROW = words("ubermorgen uebermorgen apres-demain")
# "Guten Morgen", "por la mañana", "heute Morgen": a greeting or a part of a day.
NOT_TOMORROW = words("guten am jeden gestern la esta cada")
SOONEST = (
    "as soon as possible", "asap", "immediately", "right away", "at once", "earliest possible",
    "earliest date", "sofort", "umgehend", "schnellstmoglich", "so bald wie moglich",
    "nachstmoglichen", "so schnell wie moglich", "fruhestmoglich", "des que possible",
    "immediatement", "au plus vite", "le plus tot possible", "lo antes posible",
    "inmediatamente", "cuanto antes", "de inmediato",
)  # fmt: skip

# Before a date these make it a bound or a guess, and never the day itself.
HEDGES = words(
    "not nicht kein pas no nunca never before vor avant antes after nach apres despues around about"
    " roughly approximately circa ca etwa ungefahr gegen environ vers hacia alrededor earliest"
    " fruhestens maybe perhaps probably vielleicht voraussichtlich wahrscheinlich peut-etre"
    " probablement quizas probablemente or oder ou instead statt since seit depuis desde between"
    " zwischen entre instead sometime irgendwann was were war waren"
)
# "May 5 or 6": not this day alone.
FURTHER = words("- or and to till until through oder und bis ou et a o y hasta")
