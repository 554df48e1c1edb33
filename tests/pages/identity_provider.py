"""An OpenID Connect provider on this machine: it signs in whoever the test says, at once."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = "uptake-client"
SECRET = "uptake-secret"


@dataclass(slots=True)
class Provider:
    """The provider; ``who`` is who sits in front of it, ``verified`` whether it knows for sure."""

    issuer: str
    who: str = "nora@example.org"
    verified: bool = True
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)

    def configuration(self) -> dict[str, object]:
        """What it says about itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to; refuses a client that proves nothing."""
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = (asked["code_challenge"], self.who)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> dict[str, object]:
        """A token for a code, to whoever knows the secret and began the exchange."""
        challenge, who = self.codes.pop(asked["code"])
        proof = hashlib.sha256(asked["code_verifier"].encode()).digest()
        assert asked["client_secret"] == SECRET
        assert base64.urlsafe_b64encode(proof).decode().rstrip("=") == challenge
        return {"access_token": who, "token_type": "Bearer", "expires_in": 60}

    def userinfo(self, who: str) -> dict[str, object]:
        """Who a token stands for."""
        name = who.split("@")[0].title()
        return {"sub": who, "email": who, "email_verified": self.verified, "name": name}


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider meanwhile."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of())
    running = Provider(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass.provider = running  # type: ignore[attr-defined]  # its own class
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler_of() -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        provider: Provider

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", self.provider.authorize(_flat(parts.query)))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif parts.path == "/userinfo":
                token = self.headers["Authorization"].removeprefix("Bearer ")
                self._answer(self.provider.userinfo(token))
            else:
                self._answer(self.provider.configuration())

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(self.provider.token(_flat(sent)))

        def _answer(self, told: dict[str, object]) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    return Handler


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
