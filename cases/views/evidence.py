"""A case's evidence, to take away."""

from __future__ import annotations

import structlog
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from cases.queries.evidence import stream_pack
from cases.views.files import NEVER_SHOWN
from cases.views.shared import DeskRequest, get_case, require_deed

log = structlog.get_logger(__name__)


@require_safe
@require_deed("case.export")
def download_pack(request: DeskRequest, number: str) -> HttpResponseBase:
    """The pack of a case that this user may see, as a zip; who took it is in the log."""
    case = get_case(request, number)
    log.info("evidence_taken", case=case.pk, user=request.user.pk)
    response = StreamingHttpResponse(stream_pack(case), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="evidence-{case.number}.zip"'
    response["Content-Security-Policy"] = NEVER_SHOWN
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
