"""One request to an address that a person typed: to real servers on this machine."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.provisioning import destinations
from accounts.provisioning.http import (
    DestinationRefused,
    InvalidUrl,
    RequestFailed,
    Response,
    post_json,
    read_url,
)

Behave = Callable[[BaseHTTPRequestHandler], None]


class Provider:
    """A provider's HTTP server in a thread. `seen` holds method, path, headers and body."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.behave: Behave = answer(b'{"status": "done"}')
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                provider.seen.append((self.command, self.path, headers, body))
                try:
                    provider.behave(self)
                except (BrokenPipeError, ConnectionResetError):
                    pass

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def start(self) -> None:
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def answer(body: bytes, status: int = 200, **headers: str) -> Behave:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


@pytest.fixture
def provider(settings: object) -> Iterator[Provider]:
    settings.PROVISIONING_ALLOW_PRIVATE = ["127.0.0.1"]  # type: ignore[attr-defined]
    made = Provider()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What a name resolves to, one list of addresses per question; the last one stays."""
    known: dict[str, list[list[str]]] = {}
    system = socket.getaddrinfo

    def look_up(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host not in known:
            return system(host, port, *args, **options)
        found = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        kinds = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (kinds[ip_address(one).version], socket.SOCK_STREAM, 6, "", (one, port))
            for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def post(url: str, timeout_s: float = 5.0, **headers: str) -> Response:
    return post_json(url=url, body=b'{"item": 1}', headers=headers, timeout_s=timeout_s)


def test_posts_the_very_bytes_and_returns_the_answer(provider: Provider) -> None:
    provider.behave = answer(b'{"status": "pending"}', 202, Retry_After="30")
    found = post(f"http://127.0.0.1:{provider.port}/hook?brand=acme", **{"webhook-id": "m1"})
    assert (found.status, found.body) == (202, b'{"status": "pending"}')
    assert found.headers["retry-after"] == "30"
    ((method, path, headers, body),) = provider.seen
    assert (method, path, body) == ("POST", "/hook?brand=acme", b'{"item": 1}')
    assert headers["webhook-id"] == "m1"
    assert headers["host"] == f"127.0.0.1:{provider.port}"
    assert headers["content-type"] == "application/json"


@pytest.mark.threat(63)
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.8", "172.16.9.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1",
        "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:10.0.0.8", "64:ff9b::a00:8", "2002:a00:8::", "2001:0:4136:e378:8000:63bf:f5ff:fff7",
    ],
)  # fmt: skip
def test_a_name_that_leads_into_our_own_network_is_refused(
    names: dict[str, list[list[str]]], address: str
) -> None:
    names["hook.customer.example"] = [[address]]
    with pytest.raises(DestinationRefused, match="no public address"):
        post("https://hook.customer.example/")


@pytest.mark.threat(63)
@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_another_way_to_write_this_machine_is_refused(host: str) -> None:
    with pytest.raises(DestinationRefused):
        post(f"https://{host}/")


@pytest.mark.threat(63)
def test_one_private_address_among_public_ones_refuses_all(
    names: dict[str, list[list[str]]],
) -> None:
    names["hook.customer.example"] = [["93.184.215.14", "10.0.0.8"]]
    with pytest.raises(DestinationRefused):
        post("https://hook.customer.example/")


@pytest.mark.threat(63)
def test_a_name_that_answers_differently_the_second_time_gains_nothing(
    provider: Provider, names: dict[str, list[list[str]]]
) -> None:
    names["rebind.example"] = [["127.0.0.1"], ["127.9.9.9"]]
    assert post(f"http://rebind.example:{provider.port}/").status == 200
    assert names["rebind.example"] == [["127.9.9.9"]], "it was asked once"
    assert provider.seen[0][2]["host"] == f"rebind.example:{provider.port}"


@pytest.mark.threat(63)
@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "100.100.100.200"])
def test_no_allow_list_opens_the_clouds_credentials(
    names: dict[str, list[list[str]]], settings: object, address: str
) -> None:
    settings.PROVISIONING_ALLOW_PRIVATE = ["0.0.0.0/0", "::/0"]  # type: ignore[attr-defined]
    names["hook.customer.example"] = [[address]]
    with pytest.raises(DestinationRefused):
        post("https://hook.customer.example/")


@pytest.mark.threat(63)
def test_without_tls_only_our_own_network_is_called(names: dict[str, list[list[str]]]) -> None:
    names["hook.customer.example"] = [["93.184.215.14"]]
    with pytest.raises(DestinationRefused, match="https"):
        post("http://hook.customer.example/")


@pytest.mark.threat(63)
def test_a_redirect_is_not_followed(provider: Provider) -> None:
    secret = Provider()
    secret.start()
    provider.behave = answer(b"", 307, Location=f"http://127.0.0.1:{secret.port}/latest/meta-data")
    found = post(f"http://127.0.0.1:{provider.port}/")
    secret.stop()
    assert (found.status, secret.seen) == (307, [])


@pytest.mark.threat(63)
@pytest.mark.parametrize(
    "url",
    [
        "", "hook.example.com/x", "ftp://hook.example.com/", "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL", "https://", "https:///x", "https://user@example.com/",
        "https://example.com@10.0.0.1/", "https://example.com:0/", "https://example.com:99999/",
        "https://example.com/a b", "https://example.com/\r\nX-Evil: 1", "https://ex\tample.com/",
        "https://exämple.com/", "https://example.com/#part", "https://[::1%25eth0]/",
        "https://example.com\\@10.0.0.1/", "https://[::1/", f"https://example.com/{'a' * 2000}",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused_without_a_look_up(url: str) -> None:
    with pytest.raises(InvalidUrl):
        read_url(url=url)
    with pytest.raises(InvalidUrl):
        post(url)


def test_a_header_cannot_start_another() -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        post("https://example.com/", **{"webhook-id": "m1\r\nX-Evil: 1"})


def test_an_answer_without_end_is_cut(provider: Provider) -> None:
    provider.behave = answer(b"x" * 2_000_000)
    with pytest.raises(RequestFailed, match="too large") as failure:
        post(f"http://127.0.0.1:{provider.port}/")
    assert failure.value.was_sent


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_dripping_answer_ends_at_the_time_limit(provider: Provider, part: str) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        first = b"HTTP/1.1 200 OK\r\n" + (b"" if part == "headers" else b"\r\n")
        handler.wfile.write(first)
        for _ in range(100):
            handler.wfile.write(b"X")
            handler.wfile.flush()
            time.sleep(0.1)

    provider.behave = drip
    began = time.monotonic()
    with pytest.raises(RequestFailed):
        post(f"http://127.0.0.1:{provider.port}/", timeout_s=0.5)
    assert time.monotonic() - began < 2.0


def test_silence_ends_at_the_time_limit_and_may_have_been_heard(provider: Provider) -> None:
    provider.behave = lambda _: time.sleep(3)
    with pytest.raises(RequestFailed, match="in time") as failure:
        post(f"http://127.0.0.1:{provider.port}/", timeout_s=0.3)
    assert failure.value.was_sent


def test_a_closed_port_was_surely_not_reached(provider: Provider) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RequestFailed, match="refuses connections") as failure:
        post(f"http://127.0.0.1:{port}/")
    assert not failure.value.was_sent


def test_garbage_for_an_answer_is_a_failure(provider: Provider) -> None:
    provider.behave = lambda handler: handler.wfile.write(b"\x00\x01 nonsense\r\n\r\n") and None
    with pytest.raises(RequestFailed):
        post(f"http://127.0.0.1:{provider.port}/")


def test_a_name_without_an_address_fails_for_now(names: dict[str, list[list[str]]]) -> None:
    names["gone.example"] = [[]]
    with pytest.raises(RequestFailed, match="no address") as failure:
        post("https://gone.example/")
    assert not failure.value.was_sent


def test_a_stuck_resolver_does_not_hold_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destinations.socket, "getaddrinfo", lambda *_, **__: time.sleep(2) or [])
    began = time.monotonic()
    with pytest.raises(RequestFailed):
        post("https://slow.example/", timeout_s=0.2)
    assert time.monotonic() - began < 1.0


def test_the_next_address_is_tried(
    provider: Provider, names: dict[str, list[list[str]]], settings: object
) -> None:
    settings.PROVISIONING_ALLOW_PRIVATE = ["127.0.0.1", "::1"]  # type: ignore[attr-defined]
    names["first-dead.example"] = [["::1", "127.0.0.1"]]
    assert post(f"http://first-dead.example:{provider.port}/").status == 200


# --- TLS ------------------------------------------------------------------------------------------


def write_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Write a self-signed certificate for `name` and its key; return both paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


@pytest.fixture
def secure(provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Make the provider speak TLS as api.provider.example; the list holds the SNI it was shown."""
    shown: list[str | None] = []
    certificate, key = write_certificate(tmp_path, "api.provider.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _socket, name, _context: shown.append(name)
    provider.server.socket = context.wrap_socket(provider.server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return shown


@pytest.mark.threat(63)
def test_tls_to_the_pinned_address_shows_and_checks_the_name(
    provider: Provider, secure: list[str | None], names: dict[str, list[list[str]]]
) -> None:
    names["api.provider.example"] = [["127.0.0.1"], ["127.9.9.9"]]
    assert post(f"https://api.provider.example:{provider.port}/hook").status == 200
    assert secure == ["api.provider.example"]
    assert provider.seen[0][2]["host"] == f"api.provider.example:{provider.port}"


@pytest.mark.threat(63)
def test_a_certificate_for_another_name_is_refused(
    provider: Provider, secure: list[str | None], names: dict[str, list[list[str]]]
) -> None:
    names["other.provider.example"] = [["127.0.0.1"]]
    with pytest.raises(RequestFailed, match="certificate") as failure:
        post(f"https://other.provider.example:{provider.port}/hook")
    assert (failure.value.was_sent, provider.seen) == (False, [])


def test_a_certificate_that_nobody_vouches_for_is_refused(
    provider: Provider,
    secure: list[str | None],
    names: dict[str, list[list[str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    names["api.provider.example"] = [["127.0.0.1"]]
    with pytest.raises(RequestFailed, match="certificate"):
        post(f"https://api.provider.example:{provider.port}/hook")


def test_a_handshake_that_never_ends_is_cut(
    provider: Provider, names: dict[str, list[list[str]]]
) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    names["api.provider.example"] = [["127.0.0.1"]]
    began = time.monotonic()
    with pytest.raises(RequestFailed):
        post(f"https://api.provider.example:{listener.getsockname()[1]}/", timeout_s=0.4)
    listener.close()
    assert time.monotonic() - began < 2.0
