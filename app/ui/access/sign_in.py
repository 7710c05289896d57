"""The door by which several people come in: an OpenID Connect provider says who they are.

The authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, section 3.1; RFC
7636). The token of the provider is read once; from then on, our own cookie counts, for some hours.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from urllib.parse import parse_qsl, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from app.service import activity
from app.service.people import People, Person, SignIn
from app.ui.access import pages
from app.ui.access.doors import COOKIE, cookies_of, is_below, is_get, is_reachable, set_cookie
from app.ui.access.entrance import HOURS, SHARED_BASE, Entrance
from app.ui.access.provider import Provider, Refused
from vectorstore.errors import BadInput

_BEGUN = "kakehashi-sign-in-"  # cookies of the browser: the sign-in that was begun in each tab
_SEALED = {"alg": "dir", "enc": "A256GCM"}  # how they are encrypted (RFC 7516)
_PATIENCE = 600  # seconds from the beginning of a sign-in to its end
_SEALS = JWERegistry(algorithms=list(_SEALED.values()))
_LASTING = jwt.JWTClaimsRegistry(exp={"essential": True})
_PLACES = ("conversation", "source", "start", "end")  # what a link into the window names


@dataclass(frozen=True, slots=True)
class _Begun:
    """A sign-in under way, which its browser alone keeps; `then` is where it goes on."""

    state: str
    verifier: str
    nonce: str
    then: str

    @property
    def cookie(self) -> str:
        """The name of the cookie that keeps it."""
        return _BEGUN + self.state[:8]


class SignInDoor:
    """The door with an OpenID Connect provider.

    Nothing is kept here of a sign-in under way, so that nobody fills what there would be to fill.
    """

    holds: float | None = None

    def __init__(self, entrance: Entrance, people: People, sign_in: SignIn, secret: str) -> None:
        """Take the provider's settings, and the secret by which it knows this window."""
        settings = people.settings
        if settings is None:
            raise BadInput("people.toml is gone: put it back, and start again.")
        self.origin, self.base = settings.address, SHARED_BASE
        self._alone = settings.listen.startswith("127.") and settings.certificate is None
        self._peers = settings.proxy.addresses if settings.proxy else ()
        self._entrance, self._people = entrance, people
        back = f"{self.origin}/{self.base}/signed-in"
        self._provider = Provider(sign_in, secret, back)
        self._seal = OctKey.generate_key(256)  # of this start

    def reaches(self, scope: Scope) -> bool:
        """Whether the proxy sends this, if there is one."""
        return is_reachable(scope, self._peers, alone=self._alone)

    async def answer(self, scope: Scope, headers: Headers) -> Response | None:
        """Begin or end a sign-in, sign out, or lead from another path to the window."""
        if not is_get(scope):
            return None
        try:
            match scope["path"].removeprefix(f"/{self.base}"):
                case "/sign-in":
                    return await self._begin(scope)
                case "/signed-in":
                    return await self._end(scope, headers)
                case "/sign-out" if headers.get("sec-fetch-site") in (None, "same-origin", "none"):
                    return await self._leave(headers)
        except Refused as error:
            again = {"Sign in again": f"/{self.base}/sign-in"}
            return pages.notice("You are not signed in", str(error), again, 403)
        return None if is_below(scope["path"], self.base) else pages.entered(self.base)

    def person(self, headers: Headers) -> Callable[[], Person | None]:
        """Return who has signed in with this browser, as long as it holds."""
        cookies = cookies_of(headers)

        def who() -> Person | None:
            names = {self._entrance.person(one) for one in cookies} - {None, ""}
            return self._people.person(str(names.pop())) if len(names) == 1 else None

        return who

    def locked(self, scope: Scope) -> Response:
        """Offer to sign in, and to go on where the link leads."""
        link = {"Sign in": f"/{self.base}/sign-in{_place(scope)}"}
        why = f"This library is for the people who look after it at {self.origin}."
        return pages.notice("Kakehashi", why, link, 403)

    async def _begin(self, scope: Scope) -> Response:
        state, verifier, nonce = (secrets.token_urlsafe(size) for size in (24, 48, 24))
        place = await self._provider.place(state, nonce, _challenge(verifier))
        begun = _Begun(state, verifier, nonce, _place(scope))
        response = RedirectResponse(place, 303, {"Cache-Control": "no-store"})
        claims = {**asdict(begun), "exp": int(time.time()) + _PATIENCE}
        response.set_cookie(  # lax: the provider leads back from another site
            begun.cookie,
            jwt.encode(_SEALED, claims, self._seal, registry=_SEALS),
            max_age=_PATIENCE,
            path=f"/{self.base}/signed-in",
            secure=self.origin.startswith("https:"),
            httponly=True,
            samesite="lax",
        )
        return response

    async def _end(self, scope: Scope, headers: Headers) -> Response:
        """Give the browser its cookie if the provider says who this is."""
        values = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        begun = self._begun(values.get("state", ""), headers)
        if begun is None:
            raise Refused("This sign-in was not begun in this browser, or took too long.")
        if "code" not in values:
            raise Refused("The provider did not sign you in.")
        name = await self._provider.name(values["code"], begun.verifier, begun.nonce)
        person = self._people.person(name)
        if person is None:
            activity.note(self._entrance.folder, name, "was refused: not among the people")
            raise Refused(
                f"You are signed in as {name}, who is not among the people of this library: ask "
                "the person who looks after it."
            )
        activity.note(self._entrance.folder, person.name, "signed in")
        response = pages.entered(self.base, begun.then or "?")
        set_cookie(response, self._entrance.admit(person.name), self, HOURS * 3600)
        response.delete_cookie(begun.cookie, path=f"/{self.base}/signed-in")
        return response

    def _begun(self, state: str, headers: Headers) -> _Begun | None:
        """Return the sign-in that this browser has begun with a state; None if it has not."""
        for cookie in cookies_of(headers, _BEGUN + state[:8]):
            try:
                claims = jwt.decode(cookie, self._seal, registry=_SEALS).claims
                _LASTING.validate(claims)
                begun = _Begun(**{one.name: str(claims[one.name]) for one in fields(_Begun)})
            except (JoseError, ValueError, KeyError):
                continue
            if hmac.compare_digest(begun.state.encode(), state.encode("utf-8", "replace")):
                return begun
        return None

    async def _leave(self, headers: Headers) -> Response:
        """Sign the browser out, and leave nothing of what was typed in it.

        The provider may still know the person, for other programs, too: they decide about that.
        """
        for cookie in cookies_of(headers):
            if name := self._entrance.person(cookie):
                activity.note(self._entrance.folder, name, "signed out")
            self._entrance.leave(cookie)
        why = (
            "You are signed out of this library. Your provider may still know you in this browser: "
            "if others use it, sign out there, too."
        )
        links = {"Sign in again": f"/{self.base}/sign-in"}
        if place := await self._provider.end():
            links = {"Sign out at the provider": place, **links}
        response = pages.notice("Signed out", why, links, 200)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        response.delete_cookie(COOKIE, path=f"/{self.base}")
        return response


def _challenge(verifier: str) -> str:
    """Return what proves the verifier later (RFC 7636, section 4.2)."""
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).decode().rstrip("=")


def _place(scope: Scope) -> str:
    """Return the query of a link into the window (`?source=…`), without anything else; or empty."""
    given = parse_qsl(scope["query_string"].decode("latin-1"))
    kept = [(name, value[:200]) for name, value in given if name in _PLACES]
    return f"?{urlencode(kept)}" if kept else ""
