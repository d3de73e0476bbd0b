"""The two companies whose customers use their own console, and mail that belongs nowhere."""

from __future__ import annotations

from config.sandbox.example.script import Story, Stray, ago, day

TRUNKS = (
    Story(
        customer="Rowan Hospitality", policy="trunks",
        about="one place goes, the other stays; down within a minute",
        ends="closed", days_ago=20, at="10:00", items="@Lakeside", reason="Closing a location",
        checks=("Portal user name",),
        diary=(day(0, "10:20", "confirm"),),
    ),
    Story(
        customer="Sable Manufacturing", policy="trunks",
        about="a plant without numbers of its own",
        ends="closed", days_ago=9, at="13:45", by="jonas", items="@Plant 2",
        reason="Closing a location", checks=("Portal user name", "Last four of the card"),
        diary=(day(0, "14:00", "confirm"),),
    ),
    Story(
        customer="Teasel Textiles", policy="trunks",
        about="a port is running: wait for it, or the number is lost",
        ends="awaiting_customer", days_ago=3, at="11:15", items="@Mill",
        reason="Moving to another provider", checks=("Portal user name",),
        diary=(
            day(0, "11:25", "ask",
                {"key": "port", "text": "May we wait until your number has moved to Nextwire?",
                 "kind": "yes_no"}),
        ),
    ),
    Story(
        customer="Upland Dairy", policy="trunks",
        about="what becomes of the numbers is not said yet",
        ends="in_review", days_ago=5, at="09:30", by="jonas", items="@Creamery", reason="Price",
        checks=("Portal user name",),
        diary=(
            day(0, "09:41", "ask",
                {"key": "dispositions",
                 "text": "What becomes of each phone number: ported, moved, or not needed?",
                 "kind": "text"}),
            day(2, "07:55", "reply", "Number 1 can go. About number 2 we are not sure "
                                     "yet.\n\nHank"),
        ),
    ),
    Story(
        customer="Viola Music School", policy="trunks",
        about="stays after all",
        ends="withdrawn", days_ago=30, at="15:00", reason="Quality", checks=("Portal user name",),
        diary=(day(1, "10:10", "withdraw", "Clara found the echo: it was the router."),),
    ),
    Story(
        customer="Wicker & Daughters", policy="trunks",
        about="called two hours ago; sent to the console",
        ends="intake", minutes_ago=118, by="jonas", items="@Store", reason="Closing a location",
        checks=("Portal user name",),
    ),
    Story(
        customer="Rowan Hospitality", policy="trunks",
        about="all but one went down within the minute; the board shows which, and why",
        ends="executing", minutes_ago=26, items="@Downtown", reason="Closing a location",
        checks=("Portal user name",),
        diary=(ago(21, "provider_fails", "Number 3"), ago(20, "confirm")),
    ),
)  # fmt: skip

MOBILE = (
    Story(
        customer="Asagao Robotics", policy="mobile",
        about="cannot terminate: protected SIMs hang on the gateway",
        ends="awaiting_customer", days_ago=2, at="10:00", reason="Project ended",
        checks=("Operator ID",),
        diary=(
            day(0, "10:20", "ask",
                {"key": "protection",
                 "text": "Have you switched off termination protection for Arm 1 and Arm 2?",
                 "kind": "yes_no"}),
        ),
    ),
    Story(
        customer="Tsubaki Vending", policy="mobile",
        about="all SIMs are gone, but a balance is open",
        ends="in_review", days_ago=12, at="14:30", by="jonas", reason="Price",
        checks=("Operator ID", "Root email address"),
        diary=(
            day(0, "14:45", "ask",
                {"key": "balance", "text": "When will the open balance of 1,240 be paid?",
                 "kind": "date"}),
            day(4, "09:10", "reply", "We have asked our bank. It should be there by the end of "
                                     "the month.\n\nYuki"),
        ),
    ),
    Story(
        customer="Outback Trackers", policy="mobile",
        about="called yesterday; eight SIMs stand in the way",
        ends="intake", days_ago=1, at="09:40", by="jonas", caller="Meg Rigg",
        reason="Project ended", checks=("Operator ID",),
        diary=(day(0, "09:55", "note", "Sent Meg the list of SIMs to terminate first."),),
    ),
    Story(
        customer="Kelp Forest Sensors", policy="mobile",
        about="ends one service after the other; one fails, and one waits for a person's tick",
        ends="intake", minutes_ago=55, reason="Project ended", checks=("Operator ID",),
        diary=(
            ago(50, "provider_fails", "SIM Buoy 3"),
            ago(48, "terminate", "SIM Buoy 1", "SIM Buoy 2"),
            ago(45, "terminate", "SIM Buoy 3", "LoRa gauge 1"),
        ),
    ),
)  # fmt: skip

STRAYS = (
    Stray(
        company="larkspur", days_ago=4, at="09:12", name="Tilda Grey",
        email="tilda.grey@example.net", subject="Question about an invoice",
        text="Good morning,\n\nwe were billed twice in October. Who can help?\n\nTilda Grey",
    ),
    Stray(
        company="larkspur", days_ago=2, at="16:40", name="Rosa at home",
        email="rosa.private@example.org", subject="Case {number}: an address for the parcel",
        text="Hello, this is Rosa from my private address. The phones can go to 12 Elm Street.",
        mentions="Fernwood Dental",
    ),
    Stray(
        company="tamarind", days_ago=6, at="05:00", name="Trunk News Example",
        email="news@trunknews.example.com", subject="SIP this week: ten tips",
        text="Ten tips for your trunks.\n\nUnsubscribe: reply with the word unsubscribe.",
        headers={"List-Id": "<sip.trunknews.example.com>", "Precedence": "list",
                 "List-Unsubscribe": "<mailto:leave@trunknews.example.com>"},
    ),
    Stray(
        company="quillwort", days_ago=1, at="13:30", name="Satoshi Example",
        email="satoshi@example.com", subject="How do I cancel?",
        text="Hello,\n\nI have three SIMs and want to stop. What do I do?\n\nSatoshi",
    ),
)  # fmt: skip
