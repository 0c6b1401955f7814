"""An issuer of OpenID Connect on loopback: discovery, authorisation code with PKCE, tokens and the keys to them."""

import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.fakes.issuer import public, rsa_key, token

CLIENT = "console"
AUDIENCE = "llm-analytics-api"
LIFE_SECONDS = 300
KEY = "browser"


class RefusedError(Exception):
    """What the issuer answers with 400, as RFC 6749 names it."""


@dataclass
class Issuer:
    """Of one user, who says yes. A code is good once, for who knows what its challenge was made of (RFC 7636)."""

    url: str
    tenant: str
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    granted: int = 0

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [public(rsa_key(KEY), KEY, use="sig", alg="RS256")]}

    def page(self, asked: Mapping[str, str]) -> str:
        """Where people are asked; only a request with a challenge gets so far."""
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            raise RefusedError("invalid_request")
        if (asked.get("client_id"), asked.get("response_type")) != (CLIENT, "code"):
            raise RefusedError("unauthorized_client")
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
        return f'<!doctype html><title>Issuer</title><a href="{escape(back)}">Sign in as Ada</a>'

    def exchange(self, sent: Mapping[str, str]) -> dict[str, Any]:
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None or (sent.get("redirect_uri"), sent.get("client_id")) != (asked["redirect_uri"], CLIENT):
            raise RefusedError("invalid_grant")
        if challenge_of(sent.get("code_verifier", "")) != asked["code_challenge"]:
            raise RefusedError("invalid_grant")
        self.granted += 1
        return {
            "access_token": self._signed(aud=AUDIENCE, tenant=self.tenant, roles=["analyst"]),
            "id_token": self._signed(aud=CLIENT, nonce=asked["nonce"]),
            "token_type": "Bearer",
            "expires_in": LIFE_SECONDS,
        }

    def _signed(self, **claims: Any) -> str:
        now = int(time.time())
        told = {"iss": self.url, "sub": "ada", "iat": now, "exp": now + LIFE_SECONDS, **claims}
        return token(told, key=rsa_key(KEY), kid=KEY)


def challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@contextmanager
def issuer_of(tenant: str) -> Iterator[Issuer]:
    """It answers on a free port of loopback until the block is left."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}", tenant)
    server.RequestHandlerClass = _handler(issuer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            told = {"/.well-known/openid-configuration": issuer.discovery, "/keys": issuer.keys}.get(asked.path)
            if asked.path == "/authorize":
                self._answer("text/html", lambda: issuer.page(dict(parse_qsl(asked.query))))
            elif told:
                self._answer("application/json", lambda: json.dumps(told()))
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            sent = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self._answer("application/json", lambda: json.dumps(issuer.exchange(sent)))

        def _answer(self, content_type: str, text: Any) -> None:
            try:
                status, body = 200, text()
            except RefusedError as refusal:
                status, body = 400, json.dumps({"error": str(refusal)})
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing: what goes wrong is seen by who asked."""

    return Handler
