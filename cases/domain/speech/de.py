"""Deutsch: Sätze, Daten und Beträge in Briefen an Kundinnen und Kunden."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

from cases.domain.money import SYMBOLS, minor_units, round_money
from cases.domain.speech.de_aloud import ALOUD
from cases.domain.speech.tongue import Tongue
from cases.domain.words import FAR

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
    "Oktober", "November", "Dezember",
)  # fmt: skip
NUMERALS = dict(enumerate(
    ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"), start=2
))  # fmt: skip
NARROW = "\u00a0"  # keeps an amount and its currency on one line
SWAPPED = str.maketrans(",.", ".,")


def write_date(on: date) -> str:
    """„Di., 22.12.2026“."""
    return f"{WEEKDAYS[on.weekday()][:2]}., {on.day}.{on.month}.{on.year}"


def write_day(on: date) -> str:
    """„Dienstag, 22. Dezember 2026“."""
    return f"{WEEKDAYS[on.weekday()]}, {write_plain(on)}"


def write_plain(on: date) -> str:
    return f"{on.day}. {MONTHS[on.month - 1]} {on.year}"


def write_period(starts_on: date, ends_on: date) -> str:
    """„Dezember 2026“ für einen Kalendermonat, sonst „15.12.2026 – 14.1.2027“."""
    last_day = monthrange(starts_on.year, starts_on.month)[1]
    if starts_on.day == 1 and ends_on == starts_on.replace(day=last_day):
        return f"{MONTHS[starts_on.month - 1]} {starts_on.year}"
    if starts_on == ends_on:
        return write_plain(ends_on)
    first = f"{starts_on.day}.{starts_on.month}."
    if starts_on.year != ends_on.year:
        first += str(starts_on.year)
    return f"{first} – {ends_on.day}.{ends_on.month}.{ends_on.year}"


def write_money(amount: Decimal, currency: str) -> str:
    """„1.234,50 €“, „910,00 $“, „20,00 CHF“."""
    rounded = round_money(amount, currency)
    figures = f"{rounded:,.{minor_units(currency)}f}".translate(SWAPPED)
    return f"{figures}{NARROW}{SYMBOLS.get(currency.upper(), currency.upper())}"


def write_number(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def speak_date(on: date, *, today: date, form: str) -> str:
    """„Dienstag, 22. Dezember“, mit dem Jahr, wenn es weit weg ist; `form` siehe SpeakDate."""
    year = f" {on.year}" if abs((on - today).days) > FAR else ""
    if form == "month":
        return f"{MONTHS[on.month - 1]}{year}"
    spoken = f"{on.day}. {MONTHS[on.month - 1]}{year}"
    return f"{WEEKDAYS[on.weekday()]}, {spoken}" if form == "weekday" else spoken


# The address is "Sie". English on the left is the key: change it there and here together.
PHRASES = {
    **ALOUD,
    # Names of services
    "device {name}": "Gerät {name}",
    "extension {name}": "Nebenstelle {name}",
    "licence {name}": "Lizenz {name}",
    "service {name}": "Dienst {name}",
    "SIM {name}": "SIM {name}",
    "trunk {name}": "Trunk {name}",
    "VPG {name}": "VPG {name}",
    # The date
    "{on} instead of {wished}": "{on} statt {wished}",
    "under this policy services end as soon as it is confirmed": (
        "Bei diesem Vertrag enden die Dienste mit der Bestätigung"
    ),
    "no date later than {years} years ahead is promised": (
        "Termine sagen wir höchstens {years} Jahre im Voraus zu"
    ),
    "the notice is over, and the date cannot lie in the past": (
        "Die Kündigungsfrist ist vorbei, und der Termin kann nicht in der Vergangenheit liegen"
    ),
    "{days:day|days} of notice from the confirmation on {on}": (
        "Die Kündigungsfrist beträgt {days:Tag|Tage} ab der Bestätigung vom {on}"
    ),
    "{days:day|days} of notice from the call on {on}": (
        "Die Kündigungsfrist beträgt {days:Tag|Tage} ab dem Anruf vom {on}"
    ),
    "{names}: {why}.": "{names}: {why}.",
    # Dates to choose from
    "now": "sofort",
    "It ends as soon as it is confirmed.": "Es endet mit der Bestätigung.",
    "earliest, {days:day|days}": "frühestens, {days:Tag|Tage}",
    "{why}.": "{why}.",
    "earliest, as agreed": "frühestens, wie vereinbart",
    "earliest, today": "frühestens, heute",
    "The notice is over: it can end today.": "Die Frist ist vorbei: Es kann heute enden.",
    "before the next bill": "vor der nächsten Rechnung",
    "The billing month until {on} is paid, and nothing of it lost.": (
        "Der Abrechnungsmonat bis {on} ist bezahlt, und nichts davon verfällt."
    ),
    "Until {on} each day is charged; no new billing month begins.": (
        "Bis {on} wird jeder Tag berechnet; es beginnt kein neuer Abrechnungsmonat."
    ),
    "The billing month until {on} is billed in full anyway.": (
        "Der Abrechnungsmonat bis {on} wird ohnehin voll berechnet."
    ),
    "as wished": "wie gewünscht",
    "The date that was asked for.": "Der gewünschte Termin.",
    "as promised": "wie zugesagt",
    "The date that was promised.": "Der zugesagte Termin.",
    "end of contract": "Vertragsende",
    "From this day on there is no buy-out fee.": "Ab diesem Tag fällt keine Ablöse an.",
    "{total} until then, of it {fee} fee.": "Bis dahin {total}, davon {fee} Ablöse.",
    "{total} until then, no fee.": "Bis dahin {total}, keine Ablöse.",
    # Steps of the plan
    "unless answered": "wenn keine Antwort kommt",
    "once the details are settled": "sobald alles geklärt ist",
    "The call came in and got its case number. This day does not count as notice.": (
        "Der Anruf kam an und bekam seine Vorgangsnummer. Dieser Tag zählt nicht zur Frist."
    ),
    "We email the link to their own page, where they go on by themselves.": (
        "Wir mailen den Link zur eigenen Seite; dort geht es weiter."
    ),
    "We ask by email for what is missing.": "Wir fragen per E-Mail nach dem, was noch fehlt.",
    "Reminder {n}, {days:day|days} after the question.": (
        "Erinnerung {n}, {days:Tag|Tage} nach der Frage."
    ),
    "Nobody answered: dropped. Services and bills stay as they are.": (
        "Es kam keine Antwort: nicht weiter bearbeitet. Dienste und Rechnungen bleiben, wie sie "
        "sind."
    ),
    "The clock stands still: our question did not reach the customer.": (
        "Die Uhr steht still: Unsere Frage ist nicht angekommen."
    ),
    "paused until the question reaches the customer": "angehalten, bis die Frage ankommt",
    "No answer within {days:day|days}: the request is dropped, we say so by email, and nothing is "
    "cancelled.": (
        "Keine Antwort innerhalb der Frist ({days:Tag|Tage}): Die Kündigung wird nicht weiter "
        "bearbeitet, wir teilen es per E-Mail mit, und nichts wird gekündigt."
    ),
    "The details are settled: the confirmation email names the date, the fee if there is one, and "
    "what to do first.": (
        "Alles ist geklärt: Die Bestätigung nennt den Termin, die Ablöse, falls eine anfällt, und "
        "was vorher zu tun ist."
    ),
    "No notice is needed: services end within {seconds:second|seconds} once it is confirmed.": (
        "Ohne Kündigungsfrist: Nach der Bestätigung enden die Dienste binnen "
        "{seconds:Sekunde|Sekunden}."
    ),
    "No notice is needed: services end once it is confirmed.": (
        "Ohne Kündigungsfrist: Die Dienste enden mit der Bestätigung."
    ),
    "Services end on the promised date, {on}.": "Die Dienste enden am zugesagten Termin, {on}.",
    "Services end: {why}": "Die Dienste enden: {why}",
    "Services end: {why}.": "Die Dienste enden: {why}.",
    "the end from {on} on was agreed for this request": (
        "für diese Anfrage ist das Ende ab dem {on} vereinbart"
    ),
    "When every service is off, an email says so. Numbers ring busy from then on.": (
        "Sobald alle Dienste aus sind, sagt es eine E-Mail. Ab dann ist bei Anrufen besetzt."
    ),
    "The customer asks to come back; closing waits until that is answered.": (
        "Es liegt ein Wunsch vor, zurückzukommen; bis er beantwortet ist, wird nichts geschlossen."
    ),
    "What was cancelled works again, and an email says so.": (
        "Was gekündigt war, funktioniert wieder; eine E-Mail sagt es."
    ),
    "The customer took the request back: everything stays as it is.": (
        "Die Kündigung wurde zurückgenommen: Alles bleibt, wie es ist."
    ),
    "There is no grace under this policy: it is closed when the services are off.": (
        "Bei diesem Vertrag gibt es keine Rückkehrfrist: Sobald die Dienste aus sind, ist der "
        "Vorgang beendet."
    ),
    "on hold until the wish to come back is answered": (
        "angehalten, bis der Wunsch zurückzukommen beantwortet ist"
    ),
    "Last call: an email says from when on nothing can be brought back.": (
        "Letzter Hinweis: Eine E-Mail sagt, ab wann nichts mehr zurückgeholt werden kann."
    ),
    "The last day to come back by reply: {on}, until 23:59:59 in the customer's time zone.": (
        "Der letzte Tag, um per Antwort zurückzukommen: {on}, bis 23:59:59 Uhr Ortszeit."
    ),
    "The time to come back ends; a declined wish gave back the time that was left.": (
        "Die Zeit zurückzukommen endet; nach einem abgelehnten Wunsch blieb die restliche Zeit "
        "erhalten."
    ),
    "Grace is over and the final notice was delivered: closed for good.": (
        "Die Rückkehrfrist ist vorbei, der letzte Hinweis zugestellt: endgültig geschlossen."
    ),
    "The month in which the services ended is settled in the month after.": (
        "Der Monat, in dem die Dienste endeten, wird im Folgemonat abgerechnet."
    ),
    "The account closes when the final bill is paid and the balance is cleared.": (
        "Das Konto wird geschlossen, sobald die Schlussrechnung bezahlt und der Saldo "
        "ausgeglichen ist."
    ),
    "once the final bill is paid and the balance is cleared": (
        "sobald die Schlussrechnung bezahlt und der Saldo ausgeglichen ist"
    ),
    # Fees and bills
    "granted instead of {fee}": "gewährt statt {fee}",
    "{share}, raised to the least fee": "{share}, auf die Mindestablöse angehoben",
    "{share}, lowered to the highest fee": "{share}, auf die höchste Ablöse begrenzt",
    "the contract ({name}) runs until {on}": "der Vertrag ({name}) läuft bis {on}",
    "the contract runs until {on}": "der Vertrag läuft bis {on}",
    "a flat {fee}": "pauschal {fee}",
    "{fee} × {months} of {term} months left": "{fee} × {months} von {term} Monaten Restlaufzeit",
    "{months:month|months} left × {monthly}": (
        "{months:Monat|Monate} Restlaufzeit × {monthly}"
    ),
    " × {part} of the contract's {whole} services": (
        " × {part} von {whole} Diensten des Vertrags"
    ),
    " × the share that ends, {part} of {whole} a month": (
        " × der Anteil, der endet: {part} von {whole} im Monat"
    ),
    "{months:whole month|whole months} ({period}) × {monthly}": (
        "{months:ganzer Monat|ganze Monate} ({period}) × {monthly}"
    ),
    "{price} for {period}: nothing of a started cycle is refunded": (
        "{price} für {period}: Ein begonnener Abrechnungszeitraum wird nicht erstattet"
    ),
    "{price} for {period}: a month that is begun is billed in full": (
        "{price} für {period}: Ein begonnener Monat wird voll berechnet"
    ),
    "{days:day|days} ({period}) of {length} × {monthly} a month, rounded per service": (
        "{days:Tag|Tage} ({period}) von {length} × {monthly} im Monat, je Dienst gerundet"
    ),
    "{days:day|days} of {length} paid and not used ({period}); no refund": (
        "{days:Tag|Tage} von {length} bezahlt und nicht genutzt ({period}); keine Erstattung"
    ),
    # What stands in the way, and what to do about it
    "{item} ({product}) is not cancelled here.": "{item} ({product}) wird nicht hier gekündigt.",
    "the other carrier": "den neuen Anbieter",
    "another carrier": "einem anderen Anbieter",
    "{item} is being ported to {carrier}{expected}. Cancelling before that can lose the number "
    "for good.": (
        "Die Rufnummer {item} wird gerade zu einem anderen Anbieter mitgenommen ({carrier})"
        "{expected}. Wer vorher kündigt, kann sie endgültig verlieren."
    ),
    "Wait until {item} has moved to {carrier}{expected}.": (
        "Warten Sie, bis {item} beim neuen Anbieter ist ({carrier}){expected}."
    ),
    ", overdue since {on}": ", überfällig seit {on}",
    ", expected on {on}": ", voraussichtlich am {on}",
    "{item} has moved to {carrier}; only its service is left to end.": (
        "{item} ist schon bei {carrier}; nur der Dienst dazu läuft noch."
    ),
    "Tell the customer that this number cannot come back if they restore.": (
        "Hinweis: Diese Rufnummer kann nicht zurückgeholt werden."
    ),
    "{item} has moved to {carrier}, but is still billed here.": (
        "{item} ist schon bei {carrier}, wird hier aber noch berechnet."
    ),
    "Ask whether its service should end too.": "Soll auch der Dienst dazu enden?",
    "Nobody has said what becomes of {item}.": "Noch ist offen, was aus {item} wird.",
    "Say whether {item} has been ported, is moved to another account, or is no longer needed.": (
        "Sagen Sie uns, ob {item} mitgenommen wurde, auf ein anderes Konto wechselt oder nicht "
        "mehr gebraucht wird."
    ),
    "{item} is still assigned to {who}.": "{item} ist noch {who} zugewiesen.",
    "Unassign {item} from {who}.": "Heben Sie die Zuweisung auf: {item}, bisher {who}.",
    "Termination protection is on for {item}.": "Der Kündigungsschutz ist an: {item}.",
    "Switch off termination protection for {item}.": (
        "Schalten Sie den Kündigungsschutz aus: {item}."
    ),
    "{item} is still there.": "{item} ist noch da.",
    "{item} is still there. It hangs on {parent}.": (
        "{item} ist noch da und gehört zu {parent}."
    ),
    "Terminate {item} in the console; it asks for its own confirmation.": (
        "Beenden Sie in der Konsole: {item}. Das muss dort eigens bestätigt werden."
    ),
    "The account's inventory could not be read: {problem}": (
        "Der Bestand des Kontos war nicht lesbar: {problem}"
    ),
    "Try again; if it stays so, ask the technical team what is left in the account.": (
        "Versuchen Sie es noch einmal; bleibt es so, fragen Sie unsere Technik, was noch im Konto "
        "ist."
    ),
    "{owed} is still to be paid.": "{owed} sind noch offen.",
    "Pay the open balance of {owed}; the account closes only then.": (
        "Bezahlen Sie den offenen Betrag von {owed}; erst dann wird das Konto geschlossen."
    ),
    "{item} is being ended; its provider has not confirmed it yet.": (
        "{item} wird gerade beendet; der Anbieter hat es noch nicht bestätigt."
    ),
    "It is asked for again by itself; the execution board shows each answer.": (
        "Es wird von selbst erneut angefragt; die Ausführungstafel zeigt jede Antwort."
    ),
    "We look after it. Look again in a moment.": (
        "Wir kümmern uns darum. Sehen Sie gleich noch einmal nach."
    ),
    "Terminate {item}; it asks for its own confirmation.": (
        "Beenden Sie: {item}. Das muss eigens bestätigt werden."
    ),
    "We look into it. Try again later, or write to us.": (
        "Wir sehen nach. Versuchen Sie es später noch einmal oder schreiben Sie uns."
    ),
    "A number that has moved to another carrier cannot come back to us.": (
        "Eine Rufnummer, die zu einem anderen Anbieter gegangen ist, kann nicht zurückkommen."
    ),
    "The final bill has not been issued yet.": "Die Schlussrechnung ist noch nicht gestellt.",
    "Wait for the final bill; it comes after the billing month has ended.": (
        "Warten Sie auf die Schlussrechnung; sie kommt nach dem Ende des Abrechnungsmonats."
    ),
    "The final bill of {amount} has not been paid.": (
        "Die Schlussrechnung über {amount} ist noch nicht bezahlt."
    ),
    "Pay the final bill of {amount}.": "Bezahlen Sie die Schlussrechnung über {amount}.",
    "{whole}, and {extra} for what ended before": (
        "{whole}, dazu {extra} für das, was früher endete"
    ),
    "at most {days:day|days} ({period}) of {length} × {monthly} a month, each service until "
    "its own end": (
        "höchstens {days:Tag|Tage} ({period}) von {length} × {monthly} im Monat, jeder Dienst bis "
        "zu seinem eigenen Ende"
    ),
    # Why a service did not come back
    "the number was ported to another carrier": (
        "die Rufnummer wurde zu einem anderen Anbieter mitgenommen"
    ),
    "it was ended for good": "endgültig beendet",
}  # fmt: skip

CITIES = {
    "Brussels": "Brüssel", "Copenhagen": "Kopenhagen", "Lisbon": "Lissabon", "Moscow": "Moskau",
    "Prague": "Prag", "Rome": "Rom", "Vienna": "Wien", "Warsaw": "Warschau", "Zurich": "Zürich",
    "Athens": "Athen", "Bucharest": "Bukarest", "Luxembourg": "Luxemburg", "Tokyo": "Tokio",
}  # fmt: skip

TONGUE = Tongue(
    code="de",
    write_date=write_date,
    write_day=write_day,
    write_period=write_period,
    write_money=write_money,
    write_number=write_number,
    speak_date=speak_date,
    conjunction="und",
    numerals=NUMERALS,
    phrases=PHRASES,
    cities=CITIES,
)
