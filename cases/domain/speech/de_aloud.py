"""Deutsch: was am Telefon vorgelesen wird, bevor jemand zustimmt."""

ALOUD = {
    "Nothing ends: all services and bills stay exactly as they are.": (
        "Nichts endet: Alle Dienste und Rechnungen bleiben genau, wie sie sind."
    ),
    "You asked for {asked}, but here services end as soon as you confirm.": (
        "Sie wünschen den {asked}; hier enden die Dienste aber, sobald Sie bestätigen."
    ),
    "You asked for {asked}; that is further ahead than we can promise.": (
        "Sie wünschen den {asked}; so weit im Voraus können wir nichts zusagen."
    ),
    "You asked for {asked}; today is now the earliest possible day.": (
        "Sie wünschten den {asked}; der frühestmögliche Tag ist jetzt heute."
    ),
    "You asked for {asked}; we need {days:day's|days'} notice, so it has to be a bit later.": (
        "Sie wünschen den {asked}; die Kündigungsfrist beträgt {days:Tag|Tage}, deshalb geht es "
        "erst etwas später."
    ),
    "All your services": "Alle Ihre Dienste",
    "Your services at {places}": "Ihre Dienste am Standort {places}",
    "The {count:service|services} you named": "Die {count} genannten Dienste",
    "Your device {name}": "Ihr Gerät {name}",
    "Your extension {name}": "Ihre Nebenstelle {name}",
    "Your licence {name}": "Ihre Lizenz {name}",
    "Your number {name}": "Ihre Rufnummer {name}",
    "Your service {name}": "Ihr Dienst {name}",
    "Your SIM {name}": "Ihre SIM {name}",
    "Your trunk {name}": "Ihr Trunk {name}",
    "Your VPG {name}": "Ihr VPG {name}",
    "{what} ended on {on:weekday}.": "Seit {on:weekday}, beendet: {what}.",
    "{what} ends on {on:weekday}.": "{what} endet am {on:weekday}.",
    "{what} end on {on:weekday}.": "{what} enden am {on:weekday}.",
    "{what} ends within {seconds:second|seconds} of your confirmation, and that cannot be "
    "undone.": (
        "{what} endet binnen {seconds:Sekunde|Sekunden} nach Ihrer Bestätigung, und das lässt sich "
        "nicht rückgängig machen."
    ),
    "{what} end within {seconds:second|seconds} of your confirmation, and that cannot be undone.": (
        "{what} enden binnen {seconds:Sekunde|Sekunden} nach Ihrer Bestätigung, und das lässt sich "
        "nicht rückgängig machen."
    ),
    "{what} ends with your confirmation, and that cannot be undone.": (
        "{what} endet mit Ihrer Bestätigung, und das lässt sich nicht rückgängig machen."
    ),
    "{what} end with your confirmation, and that cannot be undone.": (
        "{what} enden mit Ihrer Bestätigung, und das lässt sich nicht rückgängig machen."
    ),
    "The last month is charged by the day, {days:day|days} for {amount:aloud}, and billed next "
    "month.": (
        "Der letzte Monat wird nach Tagen berechnet, {days:Tag|Tage} für {amount:aloud}; die "
        "Rechnung kommt im nächsten Monat."
    ),
    "The billing month from {first} to {last}": "Der Abrechnungsmonat vom {first} bis {last}",
    "{period} is already billed, {amount:aloud}, and the rest of it is not refunded.": (
        "{period} ist schon berechnet, {amount:aloud}, und der Rest wird nicht erstattet."
    ),
    "{period} is billed in full, {amount:aloud}.": "{period} wird voll berechnet, {amount:aloud}.",
    "Because the contract runs until {until:month}, there is a fee of {amount:aloud}.": (
        "Weil der Vertrag bis {until:month} läuft, fällt eine Ablöse von {amount:aloud} an."
    ),
    "Until {last} you can come back by replying to our email.": (
        "Bis zum {last} können Sie zurückkommen; eine Antwort auf unsere E-Mail genügt."
    ),
    "Until {last} you can come back by calling us.": (
        "Bis zum {last} können Sie zurückkommen; ein Anruf bei uns genügt."
    ),
    "The account closes when the final bill is paid.": (
        "Das Konto wird geschlossen, wenn die Schlussrechnung bezahlt ist."
    ),
    "Your other service stays active.": "Ihr anderer Dienst bleibt aktiv.",
    "Your {count} other services stay active.": "Ihre {count} anderen Dienste bleiben aktiv.",
    "Before that there is one thing to do; our email says what.": (
        "Vorher ist noch eine Sache zu erledigen; unsere E-Mail sagt, welche."
    ),
    "Before that there are {count} things to do; our email says what.": (
        "Vorher sind noch {count} Dinge zu erledigen; unsere E-Mail sagt, welche."
    ),
    "We email you the link to your own page; unless you confirm there by {drop}, nothing is "
    "cancelled.": (
        "Wir mailen Ihnen den Link zu Ihrer eigenen Seite; ohne Ihre Bestätigung dort bis zum "
        "{drop} wird nichts gekündigt."
    ),
    "We email you {count:question|questions}; without an answer by {drop}, nothing is cancelled.": (
        "Wir mailen Ihnen {count:Frage|Fragen}; ohne Antwort bis zum {drop} wird nichts gekündigt."
    ),
}
