"""Undo `format=flowed` (RFC 3676): lines that were wrapped for the journey become paragraphs."""

from __future__ import annotations


def unflow_text(text: str, *, delete_space: bool) -> str:
    """Return the text with its own paragraphs joined; quoted lines stay as they came.

    `delete_space` is the parameter DelSp: the blank at a line's end is then no part of the text.
    """
    pieces: list[str] = []
    flowing = False
    for number, line in enumerate(text.split("\n")):
        quoted = line.startswith(">")
        if number and (quoted or not flowing):
            pieces.append("\n")
        piece = line[1:] if line.startswith(" ") else line
        flowing = not quoted and line.endswith(" ") and piece != "-- "
        pieces.append(piece[:-1] if flowing and delete_space else piece)
    return "".join(pieces)
