"""What an OpenID Connect provider says: where people sign in, and who has done so.

OpenID Connect Core 1.0, section 3.1, and Discovery 1.0. No redirect of the provider is followed,
and no answer is read beyond a megabyte.
"""

import logging
import time
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.service.people import SignIn, is_safe
from vectorstore.errors import KakehashiError

if TYPE_CHECKING:
    from joserfc.jwk import KeySetSerialization

_TIMEOUT = 10.0  # seconds for an answer
_LARGEST = 1_000_000  # bytes of an answer
_KEPT = 3600  # seconds that the provider's own description and keys are kept
_LEEWAY = 60  # seconds that two clocks may differ
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
_log = logging.getLogger(__name__)


class Refused(KakehashiError):
    """Why somebody could not sign in, as a sentence."""


class Provider:
    """A provider, as it describes itself; `back` is where it leads people back to."""

    def __init__(self, sign_in: SignIn, secret: str, back: str) -> None:
        """Take its settings, and the secret by which it knows this window."""
        self._sign_in, self._secret, self._back = sign_in, secret, back
        self._known: tuple[float, dict[str, Any], KeySet | None] = (0.0, {}, None)

    async def place(self, state: str, nonce: str, challenge: str) -> str:
        """Return the address at which somebody signs in. Raise Refused."""
        described = (await self._describe())[0]
        query = {
            "response_type": "code",
            "client_id": self._sign_in.client_id,
            "redirect_uri": self._back,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return str(httpx.URL(described["authorization_endpoint"]).copy_merge_params(query))

    async def end(self) -> str:
        """Return the address at which somebody signs out; empty if the provider names none.

        OpenID Connect RP-Initiated Logout 1.0, section 2.
        """
        try:
            place = (await self._describe())[0].get("end_session_endpoint")
        except Refused:
            return ""
        if not isinstance(place, str) or not is_safe(place):
            return ""
        return str(httpx.URL(place).copy_merge_params({"client_id": self._sign_in.client_id}))

    async def name(self, code: str, verifier: str, nonce: str) -> str:
        """Exchange a code for the provider's token; return the name that it certifies.

        Raise Refused.
        """
        described, keys = await self._describe()
        try:
            answer = await self._exchange(described, code, verifier)
            token = jwt.decode(str(answer["id_token"]), keys, algorithms=_ALGORITHMS)
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY,
                iss={"essential": True, "value": described["issuer"]},
                aud={"essential": True, "value": self._sign_in.client_id},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
            ).validate(token.claims)
        except (JoseError, httpx.HTTPError, KeyError, ValueError, TypeError) as error:
            _log.warning("a sign-in failed: %s", type(error).__name__)
            self._known = (0.0, {}, None)  # it may have changed its keys
            raise Refused("The provider’s answer could not be verified.") from error
        claims, claim = token.claims, self._sign_in.claim
        if claims.get("nonce") != nonce:
            raise Refused("The provider’s answer is not for this sign-in.")
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._sign_in.client_id:
            raise Refused("The provider’s answer is for another program.")
        if claim == "email" and claims.get("email_verified") is not True:
            raise Refused("The provider has not verified your e-mail address.")
        name = claims.get(claim)
        if not isinstance(name, str) or not name.strip():
            raise Refused(f"The provider does not say who you are: its token lacks “{claim}”.")
        return name

    async def _describe(self) -> tuple[dict[str, Any], KeySet]:
        """Return the provider's description of itself, and its keys (OpenID Discovery 1.0)."""
        at, described, keys = self._known
        if keys is not None and time.time() - at < _KEPT:
            return described, keys
        place = f"{self._sign_in.issuer}/.well-known/openid-configuration"
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
                described = await _json(client, place)
                names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                if described["issuer"].rstrip("/") != self._sign_in.issuer:
                    raise ValueError("it names another issuer")
                if not all(is_safe(described[one]) for one in names):
                    raise ValueError("its addresses are not encrypted")
                keys = KeySet.import_key_set(
                    cast("KeySetSerialization", await _json(client, described["jwks_uri"]))
                )
        except (
            httpx.HTTPError,
            JoseError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ) as error:
            _log.warning("the provider does not answer: %s", type(error).__name__)
            raise Refused(
                f"The provider {self._sign_in.issuer} does not answer as one: try again later, or "
                "ask the person who looks after this library."
            ) from error
        self._known = (time.time(), described, keys)
        return described, keys

    async def _exchange(
        self, described: dict[str, Any], code: str, verifier: str
    ) -> dict[str, Any]:
        """Exchange a code for tokens, as the client that the provider knows by its secret."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": verifier,
        }
        who, auth = (self._sign_in.client_id, self._secret), None
        methods = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if not self._secret:
            form["client_id"] = who[0]
        elif "client_secret_basic" in methods:
            auth = httpx.BasicAuth(*(quote(one, safe="") for one in who))
        else:
            form |= {"client_id": who[0], "client_secret": who[1]}
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            return await _json(client, described["token_endpoint"], form, auth)


async def _json(
    client: httpx.AsyncClient,
    place: str,
    form: dict[str, str] | None = None,
    auth: httpx.Auth | None = None,
) -> dict[str, Any]:
    """Return the JSON object at an address of the provider; no redirect is followed."""
    method = "GET" if form is None else "POST"
    async with client.stream(method, place, data=form, auth=auth) as response:
        if not response.is_success:
            raise ValueError(f"it answers {response.status_code}")
        body = b""
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > _LARGEST:
                raise ValueError("it is too long")
    found = httpx.Response(200, content=body).json()
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    return found
