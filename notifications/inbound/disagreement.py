"""Is a file what its name and its declared type say? Looked at by its first bytes (THREATS 39).

Nothing is opened or unpacked (THREATS 41), and a warning is all that follows from it: the file is
downloaded, never shown.
"""

from __future__ import annotations

# What a file is, by how it begins. The first that fits counts.
MARKS = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"#!", "script"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"PK\x03\x04", "zip"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
)
HTML_STARTS = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")
# What a name's ending promises: the kinds that it may turn out to be.
PROMISES = {
    "pdf": {"pdf"}, "png": {"image"}, "jpg": {"image"}, "jpeg": {"image"}, "gif": {"image"},
    "docx": {"zip"}, "xlsx": {"zip"}, "pptx": {"zip"}, "odt": {"zip"}, "zip": {"zip"},
    "doc": {"office", "zip"}, "xls": {"office", "zip", "html"}, "rtf": {"office"},
    "gz": {"archive"}, "rar": {"archive"}, "7z": {"archive"},
    "txt": {"text"}, "csv": {"text"}, "ics": {"text"}, "vcf": {"text"}, "eml": {"text"},
    "htm": {"html", "text"}, "html": {"html", "text"}, "svg": {"html", "text"},
}  # fmt: skip
RUNS = {
    "apk", "app", "bat", "cmd", "com", "dmg", "docm", "exe", "hta", "img", "iso", "jar", "js",
    "jse", "lnk", "msi", "pif", "pptm", "ps1", "reg", "scr", "sh", "vbe", "vbs", "wsf", "xlsm",
}  # fmt: skip
TYPES = {
    "application/pdf": "pdf", "image/png": "image", "image/jpeg": "image", "image/gif": "image",
    "text/html": "html", "application/zip": "zip", "image/svg+xml": "html",
}  # fmt: skip


def warn_about(*, name: str, content_type: str, beginning: bytes) -> str:
    """Return what a person should know before opening a file, or "".

    `beginning` is its first few hundred bytes; none says nothing about the content.
    """
    ending = name.rpartition(".")[2].lower().strip() if "." in name else ""
    kind = find_kind(beginning) if beginning else ""
    if ending in RUNS or kind in ("program", "script"):
        return "This file can run something on your computer. Do not open it."
    if ending in ("htm", "html", "svg") or kind == "html":
        return "This is a web page: it can show a false sign-in. Do not open it."
    if kind and ending in PROMISES and kind not in PROMISES[ending]:
        return f"It is named .{ending}, but its content is something else. Be careful."
    declared = TYPES.get(content_type.lower())
    if kind and declared and kind != declared:
        return "It was sent as another type than its content is. Be careful."
    return ""


def find_kind(beginning: bytes) -> str:
    """Return what a file is by its first bytes: program, pdf, image, zip, html, text …"""
    for mark, kind in MARKS:
        if beginning.startswith(mark):
            return kind
    start = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(HTML_STARTS):
        return "html"
    return "binary" if b"\x00" in beginning else "text"
