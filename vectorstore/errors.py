"""The one exception tree. Every message is a sentence a user can act on.

KakehashiError
├── BadInput            a question, path or id that cannot be used as given
│   └── UnknownSource   no source has this id
├── UnreadableSource    one file could not be read; the others are unaffected
├── ModelUnavailable    an embedding or chat model could not be loaded or reached
├── LibraryBusy         another process owns the data directory
└── StorageFailure      the disk is full, read-only, or what is on it is damaged
    ├── CatalogDamaged  the catalog is no sound database of ours
    └── IndexFailure    the vector index cannot be used; it can be made again
"""


class KakehashiError(Exception):
    """Something a user can understand and mend; its text is shown as it stands."""


class BadInput(KakehashiError):
    """What was asked for cannot be used as given."""


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
    """The vector index cannot be used; it can be made again from the catalog."""


class CatalogDamaged(StorageFailure):
    """The catalog is no sound database of ours; `doctor --repair` saves what can be saved."""
