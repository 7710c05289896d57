"""The pages before the window: each runs one script of ours, and loads nothing."""

import base64
import hashlib
from html import escape

from starlette.responses import HTMLResponse, Response

PLACE = "kakehashi.window"  # where a browser keeps the path of the window, for links to it
_STYLE = "body{max-width:34rem;margin:15vh auto;padding:0 1.5rem;font:1.1rem/1.6 Georgia,serif}"
_GO = f"localStorage.setItem('{PLACE}','/BASE/');location.replace('/BASE/'+THEN)"
_GO_ON = (
    f"const place=localStorage.getItem('{PLACE}');"
    "if(place&&!location.pathname.startsWith(place))location.replace(place+location.search)"
)


def locked() -> Response:
    """Return the page for a browser that was not let in, where the window is one person's own.

    A link without the window's path goes on to where this browser has the window.
    """
    words = (
        "<h1>This window is locked</h1><p>It opens in the browser that Kakehashi has opened it in, "
        "and for nobody else. To open it here, enter the address that <code>make chat</code> or "
        "<code>kakehashi serve</code> has printed, or run <code>kakehashi serve</code> once more: "
        "the window goes on, and opens again.</p>"
    )
    return _page(words, _GO_ON, 403)


def entered(base: str, then: str = "") -> Response:
    """Return the page that leads on to the window, without the address that led to it.

    `then` is a query of the window's own (`?…`); without one, that of the address is kept.
    """
    place = "location.search" if not then else f"'{then}'"
    words = f'<p><a href="/{base}/">Go on to the window</a></p>'
    return _page(words, _GO.replace("BASE", base).replace("THEN", place), 200)


def notice(heading: str, sentence: str, links: dict[str, str], status: int) -> Response:
    """Return a page that says why the window does not open, and where to go on: label and link."""
    words = f"<h1>{escape(heading)}</h1><p>{escape(sentence)}</p>"
    for label, link in links.items():
        words += f'<p><a href="{escape(link)}">{escape(label)}</a></p>'
    return _page(words, "", status)


def _page(words: str, script: str, status: int) -> Response:
    html = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Kakehashi</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" '
        f'content="light dark"><style>{_STYLE}</style><main>{words}</main>'
    )
    html += f"<script>{script}</script></html>" if script else "</html>"
    policy = f"default-src 'none'; script-src 'sha256-{hash_of(script)}'; "
    policy += f"style-src 'sha256-{hash_of(_STYLE)}'; "
    policy += "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return HTMLResponse(html, status, headers)


def hash_of(text: str) -> str:
    """Return what a content security policy calls a script or style that stands in a page."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
