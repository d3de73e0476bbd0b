"""The search for customers: one statement of several small, index-bound arms.

Each arm reads a bounded number of rows in the order of an index, so a short text costs no more in
an account base of a million than in one of ten. Columns that are searched by their beginning are
in the "C" collation, where "starts with p" is the range from p to p + the last character.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.folding import fold_account_number, fold_name
from accounts.phones import list_prefixes

MAX_TEXT = 120
LAST_CHARACTER = chr(0x10FFFF)
PHONE_CHARACTERS = frozenset("0123456789+-–()./ \u00a0")
# Arms that find by a column without the brand look at this many rows before they ask for the
# brand. A whole number, address or name has fewer; only a short beginning has more.
CANDIDATES = 500


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A customer that was found, and by what."""

    customer_id: int
    by: str
    matched: str


_STATEMENT = """
WITH brand AS (SELECT unnest(%(brands)s::bigint[]) AS id),
by_name (id, name) AS MATERIALIZED ({by_name}),
by_words (id, name) AS MATERIALIZED ({by_words}),
hit (customer_id, grade, found_by, matched) AS ({arms}),
best AS (
    SELECT DISTINCT ON (customer_id) customer_id, grade, found_by, matched
    FROM hit ORDER BY customer_id, grade, matched
)
SELECT best.customer_id, best.found_by, best.matched
FROM best JOIN accounts_customer c ON c.id = best.customer_id
ORDER BY best.grade, c.name_key, c.id
LIMIT %(limit)s
"""

# Arms over a customer's own columns go brand by brand, each in the order of (brand, column).
_BY_ACCOUNT = """
SELECT c.id, CASE WHEN c.account_key = %(account)s THEN 0 ELSE 2 END,
       'account number', c.account_number
FROM brand, LATERAL (
    SELECT id, account_key, account_number FROM accounts_customer
    WHERE brand_id = brand.id
      AND account_key >= %(account)s AND account_key < %(account)s || %(last)s
    ORDER BY account_key LIMIT %(limit)s
) c
"""
_NAMED = """
SELECT c.id, c.name
FROM brand, LATERAL (
    SELECT id, name FROM accounts_customer
    WHERE brand_id = brand.id AND name_key >= %(name)s AND name_key < %(name)s || %(last)s
    ORDER BY name_key LIMIT %(limit)s
) c
"""
_NOBODY_NAMED = "SELECT NULL::bigint, NULL::text WHERE false"
_BY_NAME = "SELECT id, 1, 'name', name FROM by_name"
# Words inside a name stand after its beginning, so they are asked only when beginnings do not
# fill the list: a common word has many customers. The last one may be half typed. That the others
# are, too, is tried where nothing else was found: among a million customers a number such as "19"
# is the beginning of a thousand words, each of which costs a look into the index.
_WORDED = """
SELECT id, name FROM accounts_customer
WHERE to_tsvector('simple'::regconfig, COALESCE(name_key, ''))
      @@ to_tsquery('simple'::regconfig, %({words})s)
  AND brand_id = ANY(%(brands)s::bigint[])
  AND {asked}
LIMIT %(candidates)s
"""
_WORDS = _WORDED.format(words="words", asked="(SELECT count(*) FROM by_name) < %(limit)s")
_BEGINNINGS = _WORDED.format(
    words="beginnings",
    asked="NOT EXISTS (SELECT FROM by_name) AND NOT EXISTS (SELECT FROM by_words)",
)
_BY_WORDS = "SELECT id, 3, 'name', name FROM by_words"
_BY_BEGINNINGS = f"SELECT c.id, 3, 'name', c.name FROM ({_BEGINNINGS}) c"  # noqa: S608 - ours
_BY_CONTACT = """
SELECT c.id, {grade}, '{by}', k.{shown}
FROM (
    SELECT customer_id, {shown} FROM accounts_contact
    WHERE {column} >= %({value})s AND {column} < %({value})s || %(last)s
    ORDER BY {column} LIMIT %(candidates)s
) k JOIN accounts_customer c ON c.id = k.customer_id AND c.brand_id = ANY(%(brands)s::bigint[])
"""
_BY_CONTACT_NAME = _BY_CONTACT.format(
    grade=4, by="contact", shown="name", column="name_key", value="name"
)
_BY_EMAIL = _BY_CONTACT.format(grade=2, by="email", shown="email", column="email", value="email")

_PHONE_COLUMNS = (
    {"table": "accounts_contact", "column": "phone", "by": "contact phone"},
    {"table": "accounts_item", "column": "identifier", "by": "service number"},
)
_BY_PHONE = """
SELECT c.id, 1, '{by}', k.{column}
FROM unnest(%(prefixes)s::text[]) AS prefix (text), LATERAL (
    SELECT customer_id, {column} FROM {table}
    WHERE {column} >= prefix.text AND {column} < prefix.text || %(last)s
    ORDER BY {column} LIMIT %(candidates)s
) k JOIN accounts_customer c ON c.id = k.customer_id AND c.brand_id = ANY(%(brands)s::bigint[])
"""
_BY_PHONE_ENDING = """
SELECT c.id, 3, '{by}', k.{column}
FROM unnest(%(endings)s::text[]) AS ending (text), LATERAL (
    SELECT customer_id, {column} FROM {table}
    WHERE reverse({column}) >= ending.text AND reverse({column}) < ending.text || %(last)s
    ORDER BY reverse({column}) LIMIT %(candidates)s
) k JOIN accounts_customer c ON c.id = k.customer_id AND c.brand_id = ANY(%(brands)s::bigint[])
"""


def rank_customers(
    *, text: str, brand_ids: list[int], regions: frozenset[str], limit: int
) -> list[Hit]:
    """Return the customers of these brands that ``text`` may mean, best first. One query, or none.

    ``regions`` are the countries whose way of dialling a number without "+" may follow.
    """
    statement, values = _build_statement(text, brand_ids, regions, limit)
    if not statement:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Hit(customer_id=row[0], by=row[1], matched=row[2]) for row in cursor.fetchall()]


def explain_search(*, text: str, brand_ids: list[int], regions: frozenset[str]) -> str:
    """Return how PostgreSQL would run the search: for tests and for the curious."""
    statement, values = _build_statement(text, brand_ids, regions, limit=8)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


def _build_statement(
    text: str, brand_ids: list[int], regions: frozenset[str], limit: int
) -> tuple[str, dict[str, Any]]:
    """Return the statement and its values; an empty statement when nothing can be found."""
    text = "".join(character for character in text if character.isprintable()).strip()
    if not text or len(text) > MAX_TEXT or limit < 1 or not brand_ids:
        return "", {}
    arms, values = _build_arms(text, regions)
    if not arms:
        return "", {}
    values |= {
        "brands": brand_ids,
        "limit": limit,
        "candidates": CANDIDATES,
        "last": LAST_CHARACTER,
    }
    named = _NAMED if "name" in values else _NOBODY_NAMED
    worded = _WORDS if "words" in values else _NOBODY_NAMED
    union = " UNION ALL ".join(f"({arm})" for arm in arms)
    return _STATEMENT.format(by_name=named, by_words=worded, arms=union), values


def _build_arms(text: str, regions: frozenset[str]) -> tuple[list[str], dict[str, Any]]:
    arms: list[str] = []
    values: dict[str, Any] = {}
    name, account = fold_name(text), fold_account_number(text)
    if name:
        arms += [_BY_NAME, _BY_CONTACT_NAME]
        values["name"] = name
    if len(name) > 1:
        arms.append(_BY_WORDS)
        words = [f"'{word}'" for word in name.split()]
        values["words"] = " & ".join(words) + ":*"
        if len(words) > 1:
            arms.append(_BY_BEGINNINGS)
            values["beginnings"] = " & ".join(f"{word}:*" for word in words)
    if account:
        arms.append(_BY_ACCOUNT)
        values["account"] = account
    if " " not in text and len(text) > 1:
        arms.append(_BY_EMAIL)
        values["email"] = text.lower()
    if set(text) <= PHONE_CHARACTERS:
        _add_phone_arms(text, regions, arms, values)
    return arms, values


def _add_phone_arms(
    text: str, regions: frozenset[str], arms: list[str], values: dict[str, Any]
) -> None:
    digits = "".join(character for character in text if character.isdecimal())
    prefixes = list_prefixes(text, regions=regions)
    if len(digits) >= 6:
        prefixes.append(digits)  # an ICCID and its kind have no "+"
    if prefixes:
        arms += [_BY_PHONE.format(**column) for column in _PHONE_COLUMNS]
        values["prefixes"] = prefixes
    # Somebody reads out the last digits, or the national form, whose leading 0 is not stored.
    endings = [part[::-1] for part in {digits, digits.lstrip("0")} if len(part) >= 4]
    if endings and not text.startswith("+"):
        arms += [_BY_PHONE_ENDING.format(**column) for column in _PHONE_COLUMNS]
        values["endings"] = endings
