"""The one exception tree. Every message is a sentence a user can act on, without secrets.

KakehashiError
├── BadInput            a question, path or id that cannot be used as given
│   └── UnknownSource   no source has this id
├── UnreadableSource    one file could not be read; the others are unaffected
├── ModelUnavailable    an embedding or chat model could not be loaded or reached
├── LibraryBusy         another process owns the data directory
└── StorageFailure      the disk is full, read-only, or what is on it is damaged
    ├── CatalogDamaged  the catalog is damaged or not a Kakehashi database
    └── IndexFailure    the vector index is unusable; it can be rebuilt
"""

from vectorstore.secrets import hide_secrets

_READ = 10_000  # characters of a foreign error; judged: a server may send megabytes


def reason_of(error: BaseException, longest: int = 200) -> str:
    """Return what an error of a library or server says: on one line, cut, without secrets.

    Secrets are hidden first, so that none is cut into a piece that nothing knows any more.
    """
    return " ".join(hide_secrets(str(error)[:_READ]).split())[:longest]


class KakehashiError(Exception):
    """An error that users can understand and fix; its text is shown to them."""

    def __init__(self, text: str = "") -> None:
        """Hide secrets in the text, which may quote a server."""
        super().__init__(hide_secrets(text))


class BadInput(KakehashiError):
    """An input cannot be used as given."""


class UnknownSource(BadInput):
    """No source in the library has the id asked for."""


class UnreadableSource(KakehashiError):
    """One file could not be turned into text."""


class ModelUnavailable(KakehashiError):
    """An embedding or chat model could not be loaded or reached."""


class LibraryBusy(KakehashiError):
    """Another process owns the data directory."""


class StorageFailure(KakehashiError):
    """The data directory cannot be used: full, read-only or damaged."""


class IndexFailure(StorageFailure):
    """The vector index is unusable; it can be rebuilt from the catalog."""


class CatalogDamaged(StorageFailure):
    """The catalog is damaged or not ours; `doctor --repair` saves what is readable."""
