"""The indexes that search uses: the vector index, the word index, and the model they belong to.

Both are built from the catalog and follow it. When another embedding model is configured, the old
one keeps answering from the old index until every passage has its new vector and the new index is
complete; then model and index change together, so that no search ever mixes two models.
"""

import json
import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vectorstore.encoders.embeddings import PassageVectors, Progress, SentenceEmbeddings
from vectorstore.errors import IndexFailure, ModelUnavailable, StorageFailure
from vectorstore.index import health
from vectorstore.index.embedded_texts import EmbeddedTexts
from vectorstore.index.vector_index import VectorIndex
from vectorstore.index.word_index import WordIndex
from vectorstore.records import Passage
from vectorstore.storage.database import Database
from vectorstore.storage.passages import Passages, vector_key

_LIVE_CHANGES = 2000  # passages; judged: a larger change to half the index or more rebuilds it
_LARGE = 50_000  # passages; judged: erasing takes seconds there
_REMOVAL = 6  # additions that a removal takes as long as; measured at 20,000 passages
_BEHIND = "index_behind"  # database key: whether the index lacks the last change of the catalog
_UNPURGED = "index_unpurged"  # database key: whether the index may hold what was removed
_MODEL = "model"  # database key of the model whose vectors the index holds
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ActiveIndex:
    """An embedding model and the vector index built with it, which are only used together."""

    embeddings: SentenceEmbeddings
    index: VectorIndex


class SearchIndexes:
    """The indexes of one open library. Its methods are thread-safe.

    `notice` is a sentence on a repair, `model_change` one on a change of model in progress, else
    both are empty. `reembedded` counts the passages that have vectors of the new model, and all.
    """

    def __init__(
        self, folder: Path, database: Database, passages: Passages, wanted: SentenceEmbeddings
    ) -> None:
        """Open nothing before its first use."""
        self.wanted = wanted
        self.notice = ""
        self.model_change = ""
        self.reembedded = (0, 0)
        self.embedded = EmbeddedTexts(passages)
        self._folder = folder
        self._database = database
        self._passages = passages
        self._opening = threading.RLock()
        self._active: ActiveIndex | None = None
        self._has_to_purge = True  # once, at the first opening
        self._words: WordIndex | None = None

    def close(self) -> None:
        """Close what is open."""
        with self._opening:
            self.wanted.close()
            if self._active:
                with suppress(StorageFailure):  # of the catalog
                    self.purge(at_once=True)
            if self._active:
                self._active.index.close()
                self._active.embeddings.close()
            self._active = self._words = None

    def active_index(self, progress: Progress | None = None) -> ActiveIndex:
        """Return model and index, opened, and rebuilt from the catalog if they are incomplete."""
        with self._opening:
            if self._active is None:
                former = self._former()
                embeddings = former or self.wanted
                index = VectorIndex(self._folder, embeddings.fingerprint)
                reason = health.rebuild_reason(index, self._database, embeddings.fingerprint)
                if reason:
                    self._rebuild(index, embeddings, reason, progress)
                self._active = ActiveIndex(embeddings, index)
                if former:
                    self.model_change = _announced(former.model, self.wanted.model)
                else:
                    self._remember(embeddings)
                if self._has_to_purge:  # what a killed process has left
                    self._has_to_purge = False
                    self.purge(at_once=True)
                    return self.active_index()
            return self._active

    def words(self) -> WordIndex:
        """Return the word index, built from the catalog on first use."""
        with self._opening:
            if self._words is None:
                words = WordIndex()  # a change made meanwhile is applied as soon as this is done
                words.add(self._passages.words())
                self._words = words
            return self._words

    def invalidate(self, active_index: ActiveIndex) -> None:
        """Have a failing index checked, and rebuilt if it is damaged, before its next use."""
        with self._opening:
            if self._active is active_index:
                active_index.index.set_aside()
                self._active = None

    def apply_change(
        self,
        active_index: ActiveIndex,
        added: Sequence[Passage],
        vectors: dict[str, PassageVectors],
        removed: Sequence[str],
        numbers: Sequence[int],
    ) -> None:
        """Apply a change of the catalog to both indexes; if that fails, the next use rebuilds them.

        `removed` are the ids of passages that no longer exist, `numbers` those of all old passages.
        """
        try:
            with self._opening:
                if self._words is not None:
                    self._words.remove(numbers)
                    self._words.add(self._passages.words(after=self._words.last))
            changes = len(added) + _REMOVAL * len(removed)
            if changes > max(_LIVE_CHANGES, self._database.count("passage") // 2):
                active_index.index.rebuild(
                    self._passages.all_vectors(active_index.embeddings.fingerprint)
                )
                self._database.set(_UNPURGED, "")
            else:
                if removed:
                    self._database.set(_UNPURGED, "1")
                matrix = [vectors[vector_key(passage)].passage for passage in added]
                sources = [passage.source_id for passage in added]
                batch = ([passage.id for passage in added], sources, np.array(matrix))
                active_index.index.change([batch] if added else [], removed)
        except StorageFailure:
            _log.warning("the indexes could not follow a change", exc_info=True)
            with self._opening:
                active_index.index.set_aside()
                self._active = self._words = None
            return
        self._database.set(_BEHIND, "")

    def purge(self, *, at_once: bool = False) -> None:
        """Erase what was removed from all files of the index, which is rebuilt if that fails.

        Nothing can be searched meanwhile, so a large one waits for its closing unless `at_once`. If
        it fails, `notice` says so, the index answers as before, and the next opening tries again.
        """
        if not self._database.get(_UNPURGED) and not self._database.get(_BEHIND):
            return
        with self._opening:
            if self._database.count("passage") > _LARGE and not at_once:
                return
            try:
                self._purge(self.active_index())
            except StorageFailure as error:
                self.notice = f"The vectors of removed passages are still on the disk. {error}"
                if self._active:  # what was written of it is looked at before it is used
                    self._active.index.retire()
                self._active = None

    def _purge(self, active_index: ActiveIndex) -> None:
        index, done = active_index.index, False
        try:
            if self._database.count("passage"):
                index.purge()
                done = not index.is_hollow()
        except IndexFailure:
            _log.warning("the index could not be purged", exc_info=True)
        if not done:
            index.rebuild(self._passages.all_vectors(active_index.embeddings.fingerprint))
        self._database.set(_UNPURGED, "")

    def reembed(self, progress: Progress | None, exclusively: threading.RLock) -> None:
        """Switch to the wanted model if another is in use; searches go on meanwhile.

        The lock `exclusively` prevents changes of the library while the new index is built. If
        interrupted, the next call continues with the vectors stored so far.
        """
        former = self.active_index(progress)
        if former.embeddings is self.wanted:
            return
        name, notice = self.wanted.model, self.model_change

        def report(done: int, total: int) -> None:
            self.reembedded = (done, total)
            until = (
                "searched as before"
                if former.embeddings.model == name
                else f"searched with {former.embeddings.model}"
            )
            self.model_change = (
                f"The library is being embedded with {name}: {done:,} of {total:,} passages. "
                f"Until that is done it is {until}."
            )
            if progress:
                progress(done, total)

        try:
            self.embedded.complete(self.wanted, report)
            with exclusively:
                self.embedded.complete(self.wanted, report)  # what was added meanwhile
                self._activate_wanted(former)
            notice = ""
        finally:
            self.model_change = notice

    def _activate_wanted(self, former: ActiveIndex) -> None:
        """Replace the former model by the wanted one, whose vectors are complete."""
        index = VectorIndex(self._folder, self.wanted.fingerprint)
        index.rebuild(self._passages.all_vectors(self.wanted.fingerprint), keep_old=True)
        with self._opening:
            self._active = ActiveIndex(self.wanted, index)
            self._remember(self.wanted)
        former.index.retire()
        former.embeddings.close()
        index.drop_others()
        self._passages.delete_vectors_except(self.wanted.fingerprint)
        self._passages.delete_orphan_vectors()

    def rebuild_reason(self) -> str:
        """Return why the index would have to be rebuilt; empty if it is in order."""
        with self._opening:
            if self._active:
                return health.missing_passages(self._active.index, self._database)
        embeddings = self._former() or self.wanted
        fresh = VectorIndex(self._folder, embeddings.fingerprint)
        reason = health.rebuild_reason(fresh, self._database, embeddings.fingerprint)
        fresh.close()
        return "" if reason == health.NEW_LIBRARY else reason

    def _rebuild(
        self,
        index: VectorIndex,
        embeddings: SentenceEmbeddings,
        reason: str,
        progress: Progress | None,
    ) -> None:
        index.set_aside()
        self.embedded.complete(embeddings, progress)
        index.rebuild(self._passages.all_vectors(embeddings.fingerprint))
        self._database.set(_BEHIND, "")
        self._database.set(_UNPURGED, "")
        self._database.set("kept_before", "1")
        if reason != health.NEW_LIBRARY:
            self.notice = f"The vector index was made again from the catalog ({reason})."
            _log.warning(self.notice)

    def _former(self) -> SentenceEmbeddings | None:
        """Return the model to use until the wanted one is ready; None if that is in use.

        Also None if the former model is unusable: its vectors are incomplete, its weights have
        changed, or it cannot be loaded. One with older rules for sentences is usable.
        """
        stored = self._database.get(_MODEL)
        if not stored or not self._database.count("passage"):
            return None
        known = json.loads(stored)
        if known["fingerprint"] == self.wanted.fingerprint:
            return None
        former = self.wanted.stored(known["model"], known["fingerprint"])
        try:
            usable = former.fingerprint == known[
                "fingerprint"
            ] and not self._passages.without_vector(former.fingerprint)
            if usable:
                former.warm()
        except ModelUnavailable:
            return None
        return former if usable else None

    def _remember(self, embeddings: SentenceEmbeddings) -> None:
        known = {"model": embeddings.model, "fingerprint": embeddings.fingerprint}
        self._database.set(_MODEL, json.dumps(known))


def _announced(former: str, wanted: str) -> str:
    """Return a sentence on a change of model, or of the rules for sentences, that is to come."""
    if former == wanted:
        return (
            "This version has other rules for sentences: `kakehashi sync` reads the library anew. "
            "Until then it is searched as before."
        )
    return (
        f"The library is still searched with the embedding model {former}: "
        f"`kakehashi sync` changes it to {wanted}."
    )
