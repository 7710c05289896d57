"""Filter from a stream the reasoning that some models write before they answer.

Reasoning is enclosed in `<think>` and `</think>` (or `<thinking>`, `<reasoning>`, `<thought>`; some
chat templates write the opening tag, so that the stream has only the closing one). Reasoning that a
provider sends separately never gets here.
"""

import re

_OPEN = re.compile(r"<(think(?:ing)?|reasoning|thought)>", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:think(?:ing)?|reasoning|thought)>", re.IGNORECASE)
_LONGEST_TAG = len("</reasoning>")


class ReasoningFilter:
    """Passes on the answer; `restarted` if everything passed on before was reasoning."""

    def __init__(self) -> None:
        """Start outside of reasoning."""
        self.restarted = False
        self._held = ""
        self._inside = False

    def feed(self, piece: str) -> str:
        """Return what is certain to be part of the answer; hold back a possible part of a tag."""
        self.restarted = False
        self._held += piece
        out = ""
        while True:
            if self._inside:
                if not (close := _CLOSE.search(self._held)):
                    self._held = self._held[-_LONGEST_TAG:]
                    return out
                self._held, self._inside = self._held[close.end() :], False
                continue
            opened, close = _OPEN.search(self._held), _CLOSE.search(self._held)
            if close and not (opened and opened.start() < close.start()):
                self._held, out, self.restarted = self._held[close.end() :], "", True
            elif opened:
                out += self._held[: opened.start()]
                self._held, self._inside = self._held[opened.end() :], True
            else:
                return out + self._release()

    def finish(self) -> str:
        """Return what was held back after the end of the stream, unless it is reasoning."""
        rest, self._held = "" if self._inside else self._held, ""
        return rest

    def _release(self) -> str:
        last = self._held.rfind("<")
        cut = last if last >= 0 and len(self._held) - last < _LONGEST_TAG else len(self._held)
        out, self._held = self._held[:cut], self._held[cut:]
        return out
