"""The models for searching and checking: list those of the registry, fetch one, choose one."""

from dataclasses import dataclass

from app.service.bootstrap import (
    fetched_models,
    model_hub,
    search_models,
    set_search_models,
    silence_libraries,
)
from vectorstore.encoders.checker import NAME as CHECKER
from vectorstore.encoders.embedding_model import DEFAULT_MODEL
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.fetched_models import FetchedModels, Report
from vectorstore.encoders.named_models import SETTINGS, named_model
from vectorstore.encoders.registry import (
    ROLES,
    RegisteredModel,
    Role,
    find_model,
    registered_models,
    require_model,
)
from vectorstore.encoders.reranker import Reranker
from vectorstore.errors import BadInput, KakehashiError

_TAKES_EFFECT: dict[Role, str] = {
    "checker": "Answers from now on are checked with it; earlier answers keep their verdicts.",
    "embedding": "The library is searched as before until `kakehashi sync` has embedded it again.",
    "reranker": "It reads the best passages again, which takes up to 1.5 seconds a question.",
}
_RESTART = "A window that is open uses it after a restart."


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as `kakehashi models` lists it. What is unknown is empty or None.

    `here` says whether it is on this machine, `used` whether it is in use, `revision` which one is
    here, or else which one is pinned. `bytes` is its size on disk.
    """

    role: Role
    name: str
    hub: str
    about: str
    here: bool
    used: bool
    bytes: int | None
    parameters: int | None
    licence: str
    languages: tuple[str, ...]
    figure: str
    figure_source: str
    revision: str
    pinned: bool


def list_models() -> list[ListedModel]:
    """Return the models of the registry, then those in use that it does not list."""
    models = fetched_models()
    used = search_models()
    others = [
        role
        for role in ROLES
        if used[role] and role != getattr(find_model(used[role]), "role", None)
    ]
    return [
        *(_listed(entry, models, used[entry.role]) for entry in registered_models()),
        *(_unlisted(role, used[role]) for role in others),
    ]


def get_model(name: str, report: Report, revision: str = "") -> list[str]:
    """Fetch a model of the registry, try it, and use it from then on; return what was done.

    Raise BadInput, ModelUnavailable, StorageFailure or LibraryBusy.
    """
    entry = require_model(name)
    models = fetched_models()
    if entry.packaged:
        said = [f"{entry.name} is installed along: there is nothing to fetch."]
    else:
        fetched = models.fetch(entry, model_hub(), report, revision)
        at = f" (revision {fetched.revision})" if fetched.revision else ""
        said = [
            f"{entry.name} is in {fetched.folder}{at}."
            if fetched.new
            else f"{entry.name} is here already{at}: nothing was fetched."
        ]
        if fetched.new:
            _try(entry, models)
    return said + _choose(entry, models)


def use_model(name: str, role: str = "") -> list[str]:
    """Use a model that is here, or with `default` what is used without a choice; return sentences.

    `role` limits `default` to one role. Raise BadInput or StorageFailure.
    """
    if role and role not in ROLES:
        raise BadInput(f"There is no role “{role}”: there are {', '.join(ROLES)}.")
    models = fetched_models()
    if name == "default":
        roles = [one for one in ROLES if role in ("", one)]
        models.choose(dict.fromkeys(roles, ""))
        return [_default(one) for one in roles] + _overruled(roles)
    entry = require_model(name)
    if role and role != entry.role:
        raise BadInput(f"{entry.name} is no {role}, but a model for the role {entry.role}.")
    if not entry.packaged and models.revision_of(entry) is None:
        raise BadInput(
            f"{entry.name} is not on this machine: run `kakehashi models get {entry.name}`."
        )
    return _choose(entry, models)


def _choose(entry: RegisteredModel, models: FetchedModels) -> list[str]:
    """Use a model from now on."""
    name = "" if entry.packaged else entry.name
    if models.chosen().get(entry.role, "") != name:
        models.choose({entry.role: name})
        said = [f"It is the {entry.role} from now on. {_TAKES_EFFECT[entry.role]} {_RESTART}"]
    else:
        said = [f"It is the {entry.role} that was chosen."]
    return said + _overruled([entry.role], entry)


def _overruled(roles: list[Role], entry: RegisteredModel | None = None) -> list[str]:
    """Return a sentence for each role in which a setting names another model."""
    fixed = set_search_models()
    return [
        f"But {SETTINGS[role]} names {fixed[role]} and comes first: unset it."
        for role in roles
        if fixed[role] and (entry is None or find_model(fixed[role]) != entry)
    ]


def _default(role: Role) -> str:
    if role == "reranker":
        return "There is no reranker any more."
    name = DEFAULT_MODEL if role == "embedding" else CHECKER
    what = "embedding model" if role == "embedding" else role
    return f"The {what} is {name} again. {_TAKES_EFFECT[role]} {_RESTART}"


def _try(entry: RegisteredModel, models: FetchedModels) -> None:
    """Load a model and use it once, so that one that does not work is not chosen."""
    silence_libraries()
    try:
        if entry.role == "embedding":
            SentenceEmbeddings(entry.name, models=models.path).warm()
        elif entry.role == "checker":
            Entailment(entry.name, models=models.path).warm()
        else:
            Reranker(entry.name, models=models.path).warm()
    except KakehashiError as error:
        raise type(error)(f"{error} It was fetched, but is not used.") from error


def _listed(entry: RegisteredModel, models: FetchedModels, used: str) -> ListedModel:
    revision = None if entry.packaged else models.revision_of(entry)
    here = entry.packaged or revision is not None
    return ListedModel(
        role=entry.role,
        name=entry.name,
        hub=entry.hub,
        about=entry.about,
        here=here,
        used=find_model(used) == entry,
        bytes=models.bytes_of(entry)
        if here and not entry.packaged
        else entry.megabytes and entry.megabytes * 1_000_000,
        parameters=entry.parameters and entry.parameters * 1_000_000,
        licence=entry.licence,
        languages=entry.languages,
        figure=entry.figure,
        figure_source=entry.figure_source,
        revision=revision or entry.revision,
        pinned=bool(entry.revision),
    )


def _unlisted(role: Role, name: str) -> ListedModel:
    here = named_model(name).folder is not None
    return ListedModel(
        role=role, name=name, hub="" if here else name, about="named by a setting", here=here,
        used=True, bytes=None, parameters=None, licence="", languages=(), figure="",
        figure_source="", revision="", pinned=False,
    )  # fmt: skip
