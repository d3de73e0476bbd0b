"""Hand a stranger's bytes to a person: downloaded, never displayed (THREATS 37, 38, 42)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from accounts.roles import may
from cases.views.shared import DeskRequest
from notifications.models.received import ReceivedFile
from notifications.received_files import FileHeld, FileLost, read_file

NEVER_SHOWN = "sandbox; default-src 'none'"


def give_bytes(content: bytes, *, name: str) -> HttpResponse:
    """A response that no browser shows, runs or guesses the type of."""
    plain = "".join(c for c in name if c.isalnum() or c in " ._-").strip(" .") or "file"
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, plain) or "attachment"
    response["Content-Security-Policy"] = NEVER_SHOWN
    response["X-Content-Type-Options"] = "nosniff"
    return response


def give_file(request: DeskRequest, file: ReceivedFile | None, *, back: str) -> HttpResponse:
    """The file, when the scanner lets it pass; otherwise the page `back` says why not.

    Malware is for administrators alone, as an infected original is. 404 without a file.
    """
    if file is None:
        raise Http404("There is no such file.")
    try:
        content = read_file(file, may_take_malware=may(request.user, "brand.edit"))
    except (FileHeld, FileLost) as held:
        messages.error(request, str(held))
        return redirect(back)
    return give_bytes(content, name=str(file))
