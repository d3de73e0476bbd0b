"""Money: Decimal with a currency, rounded to what the currency has, written for people."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MINOR_UNITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND"), 0
    ),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$"}


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Rounded half up to the currency's smallest unit."""
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=ROUND_HALF_UP)


def minor_units(currency: str) -> int:
    """Decimals that the currency has: 2 for dollars, 0 for yen."""
    return MINOR_UNITS.get(currency.upper(), 2)


def format_money(amount: Decimal, currency: str) -> str:
    """ "$1,234.50", "€910.00", "¥1,000", "CHF 20.00"."""
    rounded = round_money(amount, currency)
    sign = "-" if rounded < 0 else ""
    symbol = SYMBOLS.get(currency.upper())
    figures = f"{abs(rounded):,.{minor_units(currency)}f}"
    return f"{sign}{symbol}{figures}" if symbol else f"{sign}{currency.upper()} {figures}"
