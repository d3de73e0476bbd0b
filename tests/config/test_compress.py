"""Pages are compressed with random padding; downloads are left alone."""

from __future__ import annotations

import gzip

from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from config.compress import CompressPages

PAGE = "<!doctype html>" + "<p>Every case has a number.</p>" * 200


def send(response, **headers: str):
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip", **headers})
    return CompressPages(lambda _: response)(request)


def test_a_page_is_compressed_and_its_length_varies() -> None:
    answers = [send(HttpResponse(PAGE)) for _ in range(40)]
    assert all(a["Content-Encoding"] == "gzip" for a in answers)
    assert all(gzip.decompress(a.content).decode() == PAGE for a in answers)
    assert max(len(a.content) for a in answers) < len(PAGE) / 4
    assert len({len(a.content) for a in answers}) > 5, "the padding hides the length (BREACH)"
    assert "Accept-Encoding" in answers[0]["Vary"]


def test_everything_else_stays_as_it_is() -> None:
    for response in (
        HttpResponse(PAGE, content_type="application/octet-stream"),
        HttpResponse(PAGE, content_type="text/csv"),
        HttpResponse("short"),
        StreamingHttpResponse([PAGE]),
    ):
        assert "Content-Encoding" not in send(response)
    plain = CompressPages(lambda _: HttpResponse(PAGE))(RequestFactory().get("/"))
    assert plain.content.decode() == PAGE


def test_the_desk_sends_pages_compressed(client, db) -> None:
    answer = client.get("/accounts/login/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert "Sign in" in gzip.decompress(answer.content).decode()
