"""Makes a screenshot lighter: 256 colours instead of three bytes a pixel.

A page has few colours beside the edges of its letters, so nobody sees the difference.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping

MARK = b"\x89PNG\r\n\x1a\n"
Colour = tuple[int, int, int]


def use_palette(image: bytes) -> bytes:
    """Return an 8-bit RGB PNG, as browsers write them, with at most 256 colours."""
    chunks = list(read_chunks(image))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    assert (depth, kind) == (8, 2), "not an RGB picture of eight bits"
    data = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    rows = [split_pixels(row) for row in undo_filters(data, width=width, height=height)]
    seen: Counter[Colour] = Counter(pixel for row in rows for pixel in row)
    palette, place = choose_palette(seen, most=256)
    flat = b"".join(b"\0" + bytes(place[pixel] for pixel in row) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return MARK + b"".join(
        write_chunk(name, body)
        for name, body in (
            (b"IHDR", head),
            (b"PLTE", bytes(value for colour in palette for value in colour)),
            (b"IDAT", zlib.compress(flat, 9)),
            (b"IEND", b""),
        )
    )


def choose_palette(
    seen: Mapping[Colour, int], *, most: int
) -> tuple[list[Colour], dict[Colour, int]]:
    """Choose colours one by one, each where the error is the largest; say which stands for which.

    The commonest alone would lose what is rare and matters: a green tick, a violet ring.
    """
    palette: list[Colour] = []
    place = dict.fromkeys(seen, 0)
    error = {colour: float("inf") for colour in seen}
    while len(palette) < most and any(error.values()):
        chosen = max(seen, key=lambda colour: error[colour] * seen[colour])
        for colour in seen:
            distance = measure(colour, chosen)
            if distance < error[colour]:
                error[colour], place[colour] = distance, len(palette)
        palette.append(chosen)
    return palette, place


def measure(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def split_pixels(row: bytearray) -> list[Colour]:
    return list(zip(row[0::3], row[1::3], row[2::3], strict=True))


def read_chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    assert image.startswith(MARK)
    at = len(MARK)
    while at < len(image):
        length, name = struct.unpack(">I4s", image[at : at + 8])
        yield name, image[at + 8 : at + 8 + length]
        at += length + 12


def write_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def undo_filters(data: bytes, *, width: int, height: int) -> Iterator[bytearray]:
    """The rows as they are, without the differences that PNG stores (its chapter 9)."""
    length = 3 * width
    above = bytearray(length)
    for number in range(height):
        start = number * (length + 1)
        row = bytearray(data[start + 1 : start + 1 + length])
        add_prediction(row, above, how=data[start])
        yield row
        above = row


def add_prediction(row: bytearray, above: bytearray, *, how: int) -> None:
    if how == 0:
        return
    for i in range(len(row)):
        left, up, corner = (row[i - 3], above[i], above[i - 3]) if i > 2 else (0, above[i], 0)
        guess = (left, up, (left + up) // 2, nearest_to_plane(left, up, corner))[how - 1]
        row[i] = (row[i] + guess) & 255


def nearest_to_plane(left: int, up: int, corner: int) -> int:
    """Paeth's predictor."""
    plane = left + up - corner
    return min((left, up, corner), key=lambda value: abs(plane - value))
