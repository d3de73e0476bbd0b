"""Larkspur Voice: cases that wait for us, for the customer, or for their date."""

from __future__ import annotations

from config.sandbox.example.script import Story, ago, day
from config.sandbox.example.stories_ended import OUT_OF_OFFICE

EXECUTING = (
    Story(
        customer="Umber Analytics",
        about="one service cannot be brought down: no “cancelled”, no grace",
        ends="executing", days_ago=31, at="10:15", reason="Moving to another provider",
        diary=(
            day(0, "10:40", "confirm"),
            day(29, "09:00", "provider_fails", "Contact Now queue"),
            day(30, "08:12", "note", "The provider's console shows the queue as locked. Asked "
                                     "them."),
        ),
    ),
    Story(
        customer="Pemberton Tyres",
        about="a licence is still in use: that one stops, the others are down",
        ends="executing", days_ago=32, at="09:25", by="jonas", caller="Dana Pemberton",
        items="X2 licence, Ben; Direct line 1", reason="Price",
        diary=(day(0, "09:50", "confirm"),),
    ),
)  # fmt: skip

SCHEDULED = (
    Story(
        customer="Copperfield Law",
        about="ends inside the term, with a buy-out fee",
        ends="scheduled", days_ago=12, at="10:00", reason="Quality",
        diary=(
            day(0, "10:20", "note", "Edwin knows about the fee and wants out nonetheless."),
            day(0, "10:24", "confirm"),
        ),
    ),
    Story(
        customer="Lindenhof Apotheke",
        about="moved to the end of the term: no fee",
        ends="scheduled", days_ago=10, at="11:30", by="jonas", reason="Moving to another provider",
        diary=(
            day(0, "11:44", "confirm"),
            day(2, "09:20", "reply",
                "Guten Tag,\n\nbitte verschieben Sie den Termin auf das Ende der Laufzeit, dann "
                "fällt ja keine Gebühr an.\n\nMit freundlichen Grüßen\nJürgen Linde"),
            day(2, "10:02", "reschedule", 45, "zum Ende der Laufzeit, per E-Mail"),
        ),
    ),
    Story(
        customer="Ridgeline Outfitters",
        about="the main number is on its way to another carrier",
        ends="scheduled", days_ago=15, at="14:10", reason="Moving to another provider", wished=45,
        diary=(
            day(0, "14:22", "ask", "numbers"),
            day(1, "08:30", "reply", "Yes, the main number goes to Otherline. They say three "
                                     "weeks.\n\nTara"),
            day(1, "09:45", "answer", numbers="Yes"),
            day(1, "09:50", "confirm"),
        ),
    ),
    Story(
        customer="Brightwater Books",
        about="asked by email for another date and got it",
        ends="scheduled", days_ago=20, at="10:35", reason="Closing a location",
        diary=(
            day(0, "10:50", "confirm"),
            day(5, "17:05", "reply", "Could we move the date by two weeks? The shop closes later "
                                     "than planned."),
            day(6, "09:10", "reschedule", 44, "two weeks later, by email"),
        ),
    ),
    Story(
        customer="Isarblick Hotel",
        about="Seehaus ends, and yesterday they wrote that they want to stay",
        ends="scheduled", days_ago=18, at="10:20", by="jonas", items="@Seehaus",
        reason="Closing a location",
        diary=(
            day(0, "10:35", "confirm"),
            day(17, "18:12", "reply",
                "Liebes Team,\n\nwir möchten doch bleiben, bitte ziehen Sie die Kündigung "
                "zurück.\n\nVroni Huber"),
        ),
    ),
    Story(
        customer="Maple & Main Realty",
        about="a second request, and this time it is meant; ends in four days",
        ends="scheduled", days_ago=26, at="09:15", reason="Closing a location",
        diary=(day(0, "09:33", "confirm"),),
    ),
    Story(
        customer="Pinetrees Lodge",
        about="an island whose clocks move by half an hour; ends in two days",
        ends="scheduled", days_ago=28, at="15:00", by="jonas", reason="Product no longer needed",
        diary=(
            day(0, "15:20", "confirm"),
            day(1, "09:00", "reply", "Thanks, Noel"),
        ),
    ),
)  # fmt: skip

AWAITING = (
    Story(
        customer="Glasswing Travel",
        about="asked yesterday",
        ends="awaiting_customer", days_ago=1, at="11:40", reason="Price",
        items="X2 licence, Ben; X2 licence, Ida",
        diary=(day(0, "11:55", "ask", "authorised", "date"),),
    ),
    Story(
        customer="Kachelwerk Ost",
        about="the first reminder has gone out",
        ends="awaiting_customer", days_ago=5, at="10:05", by="jonas", reason="Price",
        diary=(day(0, "10:21", "ask", "authorised", "numbers"),),
    ),
    Story(
        customer="Thornbury Primary",
        about="both reminders; an out-of-office note that did not count",
        ends="awaiting_customer", days_ago=9, at="09:50", items="X2 licence, Front; Direct line 3",
        reason="Price",
        diary=(
            day(0, "10:05", "ask", "authorised"),
            day(0, "10:09", "out_of_office", OUT_OF_OFFICE),
        ),
    ),
    Story(
        customer="Vesper Cinema",
        about="the question came back: the clock stands still",
        ends="awaiting_customer", days_ago=6, at="15:30", by="jonas", reason="Closing a location",
        diary=(
            day(0, "15:38", "mail_fault", "bounce"),
            day(0, "15:41", "ask", "authorised", "equipment"),
            day(1, "09:30", "note", "Called twice, nobody answers. Trying the other number."),
        ),
    ),
    Story(
        customer="Ironbark Timber",
        about="dropped in two days if nobody answers",
        ends="awaiting_customer", days_ago=12, at="10:45", reason="Quality",
        diary=(day(0, "11:00", "ask", "numbers", "date"),),
    ),
    Story(
        customer="Sakura Imports",
        about="a second request, in yen",
        ends="awaiting_customer", days_ago=3, at="14:00", by="jonas", reason="Price",
        diary=(day(0, "14:15", "ask", "authorised"),),
    ),
)  # fmt: skip

IN_REVIEW = (
    Story(
        customer="Alder Court Clinics",
        about="a new request after the drop, answered in full",
        ends="in_review", days_ago=4, at="10:10", by="jonas", reason="Closing a location",
        diary=(
            day(0, "10:22", "ask", "authorised", "date"),
            day(2, "15:48", "reply",
                "Dear Jonas,\n\n1. Priya Dorn, managing director\n2. the earliest possible "
                "date\n\nPriya"),
        ),
    ),
    Story(
        customer="Yarrow Landscaping",
        about="a partial answer: one question settled, one open",
        ends="in_review", days_ago=7, at="11:25", reason="Price",
        diary=(
            day(0, "11:40", "ask", "authorised", "numbers"),
            day(3, "19:02", "reply", "I am the owner, so that is me. About the numbers I have to "
                                     "ask my wife."),
            day(4, "09:15", "answer", authorised="Silas Yarrow, owner"),
        ),
    ),
    Story(
        customer="Foxglove Nursery",
        about="dropped, answered late, taken up again with a new notice",
        ends="in_review", days_ago=22, at="13:00", by="jonas", reason="Product no longer needed",
        diary=(
            day(0, "13:11", "ask", "authorised"),
            day(19, "10:15", "reply", "Apologies, I was away. It is me: Pia Foxley, owner."),
            day(19, "14:40", "reopen"),
        ),
    ),
    Story(
        customer="Mulberry House",
        about="answered with a question",
        ends="in_review", days_ago=8, at="10:30", items="@Annexe", reason="Closing a location",
        diary=(
            day(0, "10:44", "ask", "authorised", "equipment"),
            day(1, "12:20", "reply", "Before I answer: what happens to the two handsets that we "
                                     "rent? Do we send them back?"),
            day(1, "14:05", "write", "Dear Fay,\n\nplease send them back; a label comes by "
                                     "post.\n\nMara"),
        ),
    ),
)  # fmt: skip

ON_THE_PHONE = (
    Story(
        customer="Pebble Beach Rentals",
        about="on the phone right now",
        ends="intake", minutes_ago=7, reason="Price",
        diary=(ago(4, "note", "Wants to hear the last bill once more."),),
    ),
    Story(
        customer="Cinder Lane Studio",
        about="a caller who could not be verified yet",
        ends="intake", days_ago=1, at="16:10", by="jonas", checks=(), items="X2; Direct line 1",
        reason="Moving to another provider",
        diary=(day(0, "16:20", "note", "Caller did not know the PIN. Wren will call back "
                                       "herself."),),
    ),
)  # fmt: skip

RUNNING = (*EXECUTING, *SCHEDULED, *AWAITING, *IN_REVIEW, *ON_THE_PHONE)
