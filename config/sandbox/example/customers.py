"""The customers: obviously made up, varied in contracts, ports, zones and billing days."""

from __future__ import annotations

from config.sandbox.example.accounts import Account, PortOf, Term, mobile, trunks, voice
from config.sandbox.example.parts import (
    Part,
    make_contact_centre,
    make_fleet,
    make_gateway,
    reset_numbers,
)

EXPRESS = Part(kind="service", product="express", label="Express line", price="15.00")
MEET = Part(kind="service", product="meet-standalone", label="Meet room", price="9.90")
FAX = Part(kind="service", product="fax", label="Online fax", price="7.50")


def term(years: int, *, left: int, monthly: str) -> Term:
    """A contract of so many years with so many days left (negative: over)."""
    return Term(name=f"{years}-year term", starts=left - 365 * years, ends=left, monthly=monthly)


def list_customers() -> list[Account]:
    """Every customer; calling it again gives the same ones."""
    reset_numbers()
    return [*list_voice(), *list_trunks(), *list_mobile()]


def list_voice() -> list[Account]:
    return [
        voice("77-1042", "Fernwood Dental", "fernwood.example.com", "Rosa Vale", seats=9,
              second=("North branch", 3), numbers=3, others=["Ben Hollis: restore"],
              notes="Prefers mornings. Reception closes at four."),
        voice("77-1043", "Alder Court Clinics", "aldercourt.example.com", "Priya Dorn", anchor=15,
              seats=6, terms=[term(3, left=120, monthly="240.00")]),
        voice("77-1044", "Harbour & Finch", "harbourfinch.example.net", "Giles Finch",
              city="London", anchor=28, seats=2),
        voice("77-1045", "Pemberton Tyres", "pemberton.example.com", "Carl Pemberton",
              city="Denver", anchor=5, seats=5, others=["Dana Pemberton: cancel restore"]),
        voice("77-1046", "Brightwater Books", "brightwater.example.org", "Ines Brook",
              city="Seattle", anchor=30, seats=3, extra=[FAX]),
        voice("77-1047", "Copperfield Law", "copperfield.example.com", "Edwin Marlow",
              city="New York", anchor=31, seats=8, terms=[term(2, left=400, monthly="310.00")]),
        voice("77-1048", "Juniper Yoga", "juniper.example.net", "Salome Reed", city="Austin",
              anchor=10, seats=2, numbers=1),
        voice("77-1049", "Lindenhof Apotheke", "lindenhof.example.org", "Jürgen Linde",
              city="Berlin", anchor=1, seats=4, locale="de",
              terms=[term(2, left=35, monthly="132.00")]),
        voice("77-1050", "Kachelwerk Ost", "kachelwerk.example.com", "Anke Roth", city="Berlin",
              anchor=15, seats=6, locale="de", others=["Uwe Brandt: port"]),
        voice("77-1051", "Isarblick Hotel", "isarblick.example.net", "Vroni Huber", city="Munich",
              anchor=29, seats=7, locale="de", second=("Seehaus", 3)),
        voice("77-1052", "Elbkontor Spedition", "elbkontor.example.com", "Hauke Petersen",
              city="Hamburg", anchor=31, seats=3, locale="de"),
        voice("77-1053", "Wattle Street Vets", "wattlestreet.example.org", "Bronwyn Hale",
              city="Sydney", anchor=7, seats=3),
        voice("77-1054", "Pinetrees Lodge", "pinetrees.example.net", "Noel Gower",
              city="Lord Howe", anchor=20, seats=3, numbers=1),
        voice("77-1055", "Sakura Imports", "sakura.example.com", "Aiko Mori", city="Tokyo",
              anchor=25, seats=4),
        voice("77-1056", "Maple & Main Realty", "maplemain.example.com", "Greta Olsen",
              city="Toronto", anchor=12, seats=6, terms=[term(3, left=-40, monthly="198.00")]),
        voice("77-1057", "Quarry Road Garage", "quarryroad.example.org", "Mick Dunne",
              city="Denver", anchor=3, seats=2, balance="84.50"),
        voice("77-1058", "Ridgeline Outfitters", "ridgeline.example.com", "Tara Stone",
              city="Denver", anchor=18, seats=5, ports=[PortOf(label="Main number", expected=24)]),
        voice("77-1059", "Saltmarsh Ceramics", "saltmarsh.example.net", "Odile Marsh",
              city="Seattle", anchor=22, seats=2),
        voice("77-1060", "Thornbury Primary", "thornbury.example.org", "Ellen Cobb",
              city="London", anchor=1, seats=10, numbers=4),
        voice("77-1061", "Umber Analytics", "umber.example.com", "Kofi Ansah", city="New York",
              anchor=14, seats=2, extra=[make_contact_centre(2)]),
        voice("77-1062", "Vesper Cinema", "vesper.example.net", "Dolores Pike",
              city="Los Angeles", anchor=16, seats=4, terms=[term(1, left=200, monthly="88.00")]),
        voice("77-1063", "Willowbend Care", "willowbend.example.com", "Hattie Crowe", anchor=8,
              seats=7, second=("South house", 3), others=["Leo Crowe: restore port"]),
        voice("77-1064", "Yarrow Landscaping", "yarrow.example.org", "Silas Yarrow",
              city="Austin", anchor=27, seats=3),
        voice("77-1065", "Zephyr Couriers", "zephyr.example.com", "Anton Bell", city="Chicago",
              anchor=30, seats=2, numbers=3),
        voice("77-1066", "Amberley Optics", "amberley.example.net", "June Amber",
              city="Los Angeles", anchor=2, seats=2),
        voice("77-1067", "Bramble Bakery", "bramble.example.com", "Otis Bramble", anchor=9,
              seats=2, numbers=1),
        voice("77-1068", "Cinder Lane Studio", "cinderlane.example.org", "Wren Cole",
              city="Seattle", anchor=11, seats=3, extra=[EXPRESS]),
        voice("77-1069", "Dovecote Insurance", "dovecote.example.com", "Marion Dove",
              city="New York", anchor=6, seats=9, terms=[term(3, left=26, monthly="275.00")]),
        voice("77-1070", "Eastgate Fitness", "eastgate.example.net", "Rolf East", anchor=19,
              seats=2),
        voice("77-1071", "Foxglove Nursery", "foxglove.example.org", "Pia Foxley",
              city="Toronto", anchor=21, seats=3),
        voice("77-1072", "Glasswing Travel", "glasswing.example.com", "Ravi Menon", city="London",
              anchor=24, seats=6, extra=[MEET]),
        voice("77-1073", "Hazel & Hart", "hazelhart.example.net", "Simone Hart", city="Austin",
              anchor=26, seats=3),
        voice("77-1074", "Ironbark Timber", "ironbark.example.com", "Kylie Banks", city="Sydney",
              anchor=29, seats=5),
        voice("77-1075", "Jetty Street Cafe", "jettystreet.example.org", "Tom Wren",
              city="Sydney", anchor=4, seats=2, numbers=1),
        voice("77-1076", "Kestrel Security", "kestrel.example.com", "Moira Flint", anchor=17,
              seats=3, terms=[term(2, left=500, monthly="264.00")]),
        voice("77-1077", "Lakeview Notaries", "lakeview.example.net", "Abel Lake", anchor=13,
              seats=2),
        voice("77-1078", "Mulberry House", "mulberry.example.com", "Fay Mercer", city="London",
              anchor=23, seats=5, second=("Annexe", 3)),
        voice("77-1079", "Nettle Carrier Services", "nettle.example.org", "Ivo Krantz",
              city="Denver", anchor=1, seats=2, numbers=3, balance="0"),
        voice("77-1080", "Oakmere Wholesale", "oakmere.example.com", "Bea Oakes",
              city="New York", anchor=31, seats=2, numbers=3, balance="412.75"),
        voice("77-1081", "Pebble Beach Rentals", "pebble.example.net", "Lou Tanner",
              city="Los Angeles", anchor=20, seats=3),
    ]  # fmt: skip


def list_trunks() -> list[Account]:
    return [
        trunks("TT-2001", "Rowan Hospitality", "rowan.example.com", "Cleo Rowan",
               places=[("Lakeside", 6, 0), ("Downtown", 8, 4)]),
        trunks("TT-2002", "Sable Manufacturing", "sable.example.org", "Gus Sable", city="Chicago",
               places=[("Plant 1", 12, 5), ("Plant 2", 6, 0), ("Office", 4, 3)], anchor=1),
        trunks("TT-2003", "Teasel Textiles", "teasel.example.net", "Mina Shaw", city="New York",
               places=[("Mill", 6, 3)], anchor=30,
               ports=[PortOf(label="Number 1", carrier="Nextwire Example", expected=12)]),
        trunks("TT-2004", "Upland Dairy", "upland.example.com", "Hank Moor", city="Denver",
               places=[("Creamery", 4, 2), ("Depot", 2, 0)]),
        trunks("TT-2005", "Viola Music School", "viola.example.org", "Clara Nott", city="Austin",
               places=[("School", 3, 2)], anchor=8),
        trunks("TT-2006", "Wicker & Daughters", "wicker.example.com", "Alma Wicker",
               city="Toronto", places=[("Showroom", 2, 1), ("Store", 2, 0)], anchor=31),
    ]  # fmt: skip


def list_mobile() -> list[Account]:
    return [
        mobile("OP0040010001", "Asagao Robotics", "asagao.example.com", "Ken Ito",
               parts=[make_gateway("factory", make_fleet("Arm", 6, protected=2)),
                      *make_fleet("Cart", 4)]),
        mobile("OP0040010002", "Tsubaki Vending", "tsubaki.example.net", "Yuki Hara", anchor=1,
               parts=make_fleet("Machine", 12, protected=3), balance="1240"),
        mobile("OP0040010003", "Kelp Forest Sensors", "kelp.example.org", "Lars Holm",
               city="Berlin",
               parts=[*make_fleet("Buoy", 5),
                      Part(kind="device", product="lora", label="LoRa gauge 1", price="0.90"),
                      Part(kind="device", product="lora", label="LoRa gauge 2", price="0.90")]),
        mobile("OP0040010004", "Outback Trackers", "outback.example.com", "Shane Rigg",
               city="Sydney", parts=make_fleet("Truck", 8), others=["Meg Rigg: cancel"]),
        mobile("OP0040010005", "Prairie Weather", "prairie.example.net", "Joan Field",
               city="Chicago",
               parts=[make_gateway("stations", make_fleet("Station", 3)), *make_fleet("Spare", 2)]),
        mobile("OP0040010006", "Momiji Taxi", "momiji.example.org", "Taro Ueda",
               parts=make_fleet("Cab", 10)),
    ]  # fmt: skip
