"""A small OpenID Connect provider whose tokens a test can forge."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from benchmarks.local_server import local_server

CLIENT = "kakehashi"
SECRET = "a secret of forty characters or even more"


@dataclass
class Forger:
    """Answers like a provider; `claims` change those of its token, `how` says how it is signed."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    claims: dict[str, Any] = field(default_factory=dict)
    how: str = "well"
    issuer: str = ""
    described: dict[str, Any] = field(default_factory=dict)
    nonces: list[str] = field(default_factory=list)

    def token(self) -> str:
        """Return a token with the last nonce that was asked for."""
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300,
            "nonce": self.nonces[-1], "email": "ada@example.org", "email_verified": True,
            **self.claims,
        }  # fmt: skip
        kept = {name: value for name, value in claims.items() if value is not None}
        if self.how == "by another key":
            other = RSAKey.generate_key(2048, {"kid": "1"})
            return jwt.encode({"alg": "RS256", "kid": "1"}, kept, other)
        if self.how == "by our secret":
            return jwt.encode(
                {"alg": "HS256"}, kept, OctKey.import_key(SECRET), algorithms=["HS256"]
            )
        if self.how == "with more nonces":
            kept["nonce"] = [self.nonces[-1], "another"]
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, kept, self.key)
        if self.how == "not at all":
            return ".".join(["eyJhbGciOiJub25lIn0", signed.split(".")[1], ""])
        return signed

    def answer(self, path: str) -> dict[str, Any]:
        """Return what is at a path."""
        if path.startswith("/.well-known"):
            places = {
                f"{one}_endpoint": f"{self.issuer}/{one}" for one in ("authorization", "token")
            }
            more = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
            return {**places, **more, **self.described}
        if path.startswith("/keys"):
            return {"keys": [self.key.as_dict(private=False)]}
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.token()}


@contextmanager
def serving(forger: Forger) -> Iterator[None]:
    """Serve it on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(forger.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

    with local_server(Handler) as host:
        forger.issuer = f"http://{host}"
        yield


def nonce_of(place: str) -> str:
    """Return the nonce in an address that a browser is sent to."""
    return parse_qs(urlsplit(place).query)["nonce"][0]
