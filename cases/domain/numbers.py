"""Case numbers: never reused, hard to mishear, with a check digit (R7).

Eight digits and one check digit, "4831-0726-5". The digits are the serial behind a fixed
shuffle, so that neighbouring cases do not look alike and nobody reads the volume off them. After
100 million cases the number grows by a group of four.
"""

from __future__ import annotations

import re

# H. M. Damm's quasigroup of order 10: finds every wrong digit and every swap of neighbours.
DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
GROUP = 4
SMALLEST = 8
# The shuffle's constants. Changing one would give a number twice: they are here for good.
ROUND_KEYS = (7_919, 3_571, 8_263, 1_597)

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212-"  # the hyphen last: it stands in a class
SEPARATOR = rf"[ \u00a0./{DASHES}]"
# As we write it, with any one separator, or all digits in a row.
CANDIDATE = re.compile(
    rf"(?<!\d)(?:\d{{4}}(?:{SEPARATOR}\d{{4}}){{1,5}}{SEPARATOR}\d|\d{{9,25}})(?!\d)", re.ASCII
)


class SerialOutOfRange(ValueError):
    """Serials start at zero."""


def make_number(serial: int) -> str:
    """The case number of the `serial`-th case, from 0. Raises `SerialOutOfRange`."""
    if serial < 0:
        raise SerialOutOfRange(f"a serial is not negative: {serial}")
    width = SMALLEST
    while serial >= 10**width:
        serial -= 10**width
        width += GROUP
    digits = f"{shuffle(serial, width):0{width}d}"
    return format_digits(digits + check_digit(digits))


def shuffle(serial: int, width: int) -> int:
    """A fixed one-to-one shuffle of 0 … 10^width - 1 (a small Feistel network)."""
    half = 10 ** (width // 2)
    left, right = divmod(serial, half)
    for key in ROUND_KEYS:
        left, right = right, (left + mix(right, key)) % half
    return left * half + right


def mix(value: int, key: int) -> int:
    return (value * value * 31 + value * key + key * key) // 7


def check_digit(digits: str) -> str:
    """Damm's check digit over `digits`."""
    state = 0
    for digit in digits:
        state = int(DAMM[state][int(digit)])
    return str(state)


def format_digits(digits: str) -> str:
    """Groups of four and the check digit by itself."""
    body, check = digits[:-1], digits[-1]
    groups = [body[i : i + GROUP] for i in range(0, len(body), GROUP)]
    return "-".join([*groups, check])


def normalise_number(text: str) -> str | None:
    """The number as it is written officially, from any spacing; None when it is not one."""
    digits = re.sub(rf"[\s\u00a0./#{DASHES}]", "", text.strip())
    if not digits.isascii() or not digits.isdigit() or len(digits) > 32:
        return None
    if len(digits) <= SMALLEST or (len(digits) - 1) % GROUP:
        return None
    if check_digit(digits[:-1]) != digits[-1]:
        return None
    return format_digits(digits)


def is_valid_number(text: str) -> bool:
    """Is this a case number, whatever its spacing, with the right check digit?"""
    return normalise_number(text) is not None


def spell_number(number: str) -> str:
    """For reading aloud: digit by digit, with a pause between the groups."""
    return ", ".join(
        " ".join(DIGIT_WORDS[int(digit)] for digit in group) for group in number.split("-")
    )


def find_numbers(text: str) -> list[str]:
    """Every valid case number in a text, once, in order. Only ever a suggestion: anybody can
    write a number."""
    found = (normalise_number(match.group()) for match in CANDIDATE.finditer(text))
    return list(dict.fromkeys(number for number in found if number))
