"""Larkspur Voice: cases that are over, or live in their grace."""

from __future__ import annotations

from config.sandbox.example.script import Story, ago, day

OUT_OF_OFFICE = (
    "Thank you for your message. I am out of the office until Monday and have no access to my "
    "mail.\n\nIn urgent cases please call reception."
)

CLOSED = (
    Story(
        customer="Juniper Yoga",
        about="the whole way without a hitch; two thank-yous that are no wish to come back",
        ends="closed", days_ago=74, at="09:40", reason="Price",
        diary=(
            day(0, "09:52", "confirm"),
            day(1, "08:15", "reply", "Thanks!"),
            day(31, "10:05", "reply", "Thank you very much! All the best, Salome"),
        ),
    ),
    Story(
        customer="Bramble Bakery",
        about="asked, answered, ended; wants to return when it is too late",
        ends="closed", days_ago=72, at="14:20", by="jonas", reason="Closing a location",
        diary=(
            day(0, "14:31", "ask", "numbers"),
            day(1, "07:12", "reply", "Good morning,\n\nno, we do not need the numbers any "
                                     "more.\n\nOtis"),
            day(1, "09:30", "answer", numbers="No"),
            day(1, "09:33", "confirm"),
            day(30, "06:40", "out_of_office", OUT_OF_OFFICE),
            day(65, "11:02", "reply", "Please restore our lines, we are opening again next week."),
        ),
    ),
    Story(
        customer="Hazel & Hart",
        about="two seats go, their licences were unassigned in time",
        ends="closed", days_ago=67, at="16:45", by="jonas", reason="Price",
        items="X2 licence, Ben; X2 licence, Ida",
        diary=(
            day(0, "16:58", "confirm"),
            day(9, "10:20", "unassign"),
        ),
    ),
)  # fmt: skip

RESTORED = (
    Story(
        customer="Fernwood Dental",
        about="the North branch comes back by a reply",
        ends="restored", days_ago=54, at="10:12", items="@North branch",
        reason="Closing a location",
        diary=(
            day(0, "10:25", "ask", "authorised", "numbers"),
            day(2, "08:47", "reply",
                "Hello Mara,\n\n1. I authorise it: Rosa Vale, owner.\n2. No, no numbers to "
                "keep.\n\nRosa"),
            day(2, "11:10", "answer", authorised="Rosa Vale, owner", numbers="No"),
            day(2, "11:14", "confirm"),
            day(12, "15:00", "unassign"),
            day(39, "09:12", "reply",
                "Hi,\n\nour new provider fell through. Please restore our lines, all of them, we "
                "need the main number back by Monday.\n\nRosa"),
        ),
    ),
    Story(
        customer="Amberley Optics",
        about="called in grace, an agent brings it back",
        ends="restored", days_ago=60, at="13:05", by="jonas", reason="Moving to another provider",
        diary=(
            day(0, "13:20", "confirm"),
            day(44, "10:31", "restore"),
            day(44, "10:34", "note", "June called: the other provider cannot do the door phone."),
        ),
    ),
    Story(
        customer="Zephyr Couriers",
        about="comes back without the number that was ported meanwhile",
        ends="restored", days_ago=58, at="09:00", reason="Moving to another provider",
        diary=(
            day(0, "09:22", "confirm"),
            day(34, "12:00", "ported", "Direct line 1", carrier="Nextwire Example"),
            day(41, "16:18", "reply", "Please restore our service. We want our lines back."),
        ),
    ),
)  # fmt: skip

IN_GRACE = (
    Story(
        customer="Lakeview Notaries",
        about="a thank-you in grace is no restore",
        ends="in_grace", days_ago=40, at="11:11", reason="Product no longer needed",
        diary=(
            day(0, "11:25", "confirm"),
            day(31, "09:01", "reply", "Thanks for letting us know."),
        ),
    ),
    Story(
        customer="Saltmarsh Ceramics",
        about="an unclear reply waits for a person and holds the purge",
        ends="in_grace", days_ago=37, at="10:50", by="jonas", reason="Price",
        diary=(
            day(0, "11:05", "confirm"),
            day(34, "18:40", "reply",
                "Hm. My sister may take over the studio, and she might want the number, or "
                "perhaps not. What would that mean?\n\nOdile"),
        ),
    ),
    Story(
        customer="Kestrel Security",
        about="a stranger asks for the restore: who is it?",
        ends="in_grace", days_ago=44, at="15:15", reason="Moving to another provider",
        diary=(
            day(0, "15:40", "confirm"),
            day(42, "13:22", "stranger", "Please restore all lines of Kestrel Security at once.",
                name="K. Flint", email="kestrel.billing@mailhost.example.net"),
        ),
    ),
    Story(
        customer="Elbkontor Spedition",
        about="an out-of-office note, in German, answers nothing",
        ends="in_grace", days_ago=38, at="09:15", by="jonas", reason="Price",
        diary=(
            day(0, "09:31", "confirm"),
            day(30, "00:20", "out_of_office",
                "Vielen Dank für Ihre Nachricht. Ich bin bis zum Ende der Woche nicht im Büro "
                "und lese keine E-Mails.\n\nHauke Petersen"),
        ),
    ),
    Story(
        customer="Willowbend Care",
        about="an answer to the sender's address: known and in time, but not proven; we decide",
        ends="restore_requested", days_ago=42, at="12:00", items="@South house",
        reason="Closing a location",
        diary=(
            day(0, "12:20", "confirm"),
            day(4, "09:00", "unassign"),
            day(40, "10:10", "reply_to_sender",
                "Please restore the lines of the South house, we are keeping it after "
                "all.\n\nHattie"),
        ),
    ),
    Story(
        customer="Harbour & Finch",
        about="asked to come back by phone; the carrier is looking after the number",
        ends="restore_requested", days_ago=47, at="14:00", by="jonas", reason="Quality",
        diary=(
            day(0, "14:12", "confirm"),
            day(45, "16:30", "request_restore"),
            day(45, "16:33", "note", "Giles wants everything back. Numbers team confirms "
                                     "tomorrow."),
        ),
    ),
    Story(
        customer="Eastgate Fitness",
        about="being restored right now; the provider takes its time",
        ends="restoring", days_ago=39, at="10:00", reason="Price",
        diary=(
            day(0, "10:18", "confirm"),
            ago(46, "provider_slow", seconds=21_600),
            ago(45, "reply", "Please restore our lines as soon as you can.\n\nRolf"),
            ago(40, "provider_slow", seconds=0),
        ),
    ),
)  # fmt: skip

AFTER_THE_BILL = (
    Story(
        customer="Nettle Carrier Services", policy="wholesale",
        about="ended; the account closes after the final bill",
        ends="awaiting_final_bill", days_ago=46, at="09:45", by="jonas",
        reason="Product no longer needed",
        diary=(day(0, "10:02", "confirm"),),
    ),
)  # fmt: skip

DROPPED = (
    Story(
        customer="Sakura Imports",
        about="two reminders, no answer, dropped",
        ends="dropped", days_ago=45, at="10:30", reason="Price",
        diary=(day(0, "10:41", "ask", "authorised", "numbers"),),
    ),
    Story(
        customer="Alder Court Clinics",
        about="answers two days after the drop: a person decides",
        ends="dropped", days_ago=26, at="11:00", items="@Main office", by="jonas",
        reason="Closing a location",
        diary=(
            day(0, "11:20", "ask", "authorised"),
            day(17, "09:40", "reply", "Sorry for the delay: Priya Dorn, managing director."),
        ),
    ),
)  # fmt: skip

WITHDRAWN = (
    Story(
        customer="Thornbury Primary",
        about="changed their mind on the phone",
        ends="withdrawn", days_ago=61, at="09:05", reason="Price",
        diary=(
            day(0, "09:10", "note", "Ellen asks for an offer first."),
            day(3, "13:30", "withdraw", "Ellen called: the governors stay for another year."),
        ),
    ),
    Story(
        customer="Kestrel Security",
        about="wrote before the date that they want to stay",
        ends="withdrawn", days_ago=75, at="10:00", by="jonas", items="X2 licence, Ben",
        reason="Product no longer needed",
        diary=(
            day(0, "10:15", "confirm"),
            day(12, "08:55", "reply", "Please cancel the cancellation, we want to stay."),
            day(12, "10:05", "withdraw", "They stay, by email."),
        ),
    ),
    Story(
        customer="Maple & Main Realty",
        about="a new tenant takes the lines over",
        ends="withdrawn", days_ago=64, at="15:20", reason="Closing a location",
        diary=(
            day(0, "15:31", "ask", "date"),
            day(2, "10:44", "reply", "We do not want to cancel any more, please keep everything "
                                     "as it is."),
            day(2, "13:05", "withdraw", "The new tenant takes the lines over."),
        ),
    ),
)  # fmt: skip

ENDED = (*CLOSED, *RESTORED, *IN_GRACE, *AFTER_THE_BILL, *DROPPED, *WITHDRAWN)
