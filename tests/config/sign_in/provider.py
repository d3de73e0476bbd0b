"""A small OpenID Connect provider on a real socket: discovery, keys, authorization code, tokens.

It believes whoever the test names, and signs what it says with a key of its own.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "lastcall", "a secret between two servers"


class Provider:
    """Who is at its sign-in page, and how its answers are made."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signing_key = self.key  # another one makes a forged token
        self.issuer = ""
        self.claims: dict[str, Any] = {}
        self.overrides: dict[str, Any] = {}  # what the id token says instead
        self.codes: dict[str, dict[str, str]] = {}

    def be(self, sub: str, **claims: Any) -> None:
        """Let this person sign in next."""
        self.claims, self.overrides = {"sub": sub, **claims}, {}

    def authorize(self, asked: dict[str, str]) -> str:
        """The address to which the browser is sent back, with a code."""
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Tokens for a code, once, to who began with it (PKCE, RFC 7636) and knows the secret."""
        asked = self.codes.pop(given.get("code", ""), None)
        digest = sha256(given.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or proof != asked.get("code_challenge"):
            return 400, {"error": "invalid_grant"}
        if given.get("client_secret") != CLIENT_SECRET:
            return 401, {"error": "invalid_client"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60}
        claims |= self.claims | self.overrides
        token = jwt.encode(claims, self.signing_key, algorithm="RS256", headers={"kid": "one"})
        answer = {"access_token": "open", "token_type": "Bearer", "expires_in": 60}
        return 200, {**answer, "id_token": token}

    def answer(self, path: str, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """One of the provider's addresses."""
        if path == "/.well-known/openid-configuration":
            places = {"authorization": "authorize", "token": "token", "userinfo": "me"}
            found = {f"{name}_endpoint": f"{self.issuer}/{at}" for name, at in places.items()}
            methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
            return 200, {
                "issuer": self.issuer,
                "jwks_uri": f"{self.issuer}/keys",
                **found,
                **methods,
            }
        if path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [{**key, "kid": "one", "alg": "RS256", "use": "sig"}]}
        if path == "/token":
            return self.exchange(given)
        return 200, self.claims


@contextmanager
def run_provider() -> Iterator[Provider]:
    """A provider that listens on a port of its own until the end."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, given = self.path.partition("?")[0], urlsplit(self.path).query
            if path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(flatten(given)))
                self.end_headers()
            else:
                self.reply(*provider.answer(path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply(*provider.answer(self.path, flatten(body)))

        def reply(self, status: int, data: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(data).encode())

        def log_message(self, *arguments: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def flatten(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
