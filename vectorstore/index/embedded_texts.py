"""The vectors of texts: those in the catalog, and of the rest what the model makes of them."""

import logging
from collections.abc import Sequence

from vectorstore.encoders.embeddings import PassageVectors, Progress, SentenceEmbeddings
from vectorstore.records import Passage
from vectorstore.storage.passages import Passages, vector_key

_SLICE = 512  # passages whose vectors are stored at once; judged: seconds of work
_log = logging.getLogger(__name__)


class EmbeddedTexts:
    """The vectors of a library's passages, so that no text is embedded twice."""

    def __init__(self, passages: Passages) -> None:
        """Use the vectors that are stored with these passages."""
        self._passages = passages
        self._undo: tuple[str, dict[str, PassageVectors]] = ("", {})

    def embed(
        self, passages: Sequence[Passage], progress: Progress | None, model: SentenceEmbeddings
    ) -> dict[str, PassageVectors]:
        """Return vectors by text hash; embed only texts without a stored vector.

        Vectors of a long run are stored as they come, so that an interrupted run can continue;
        `delete_orphan_vectors` deletes those that were never used.
        """
        by_hash = {vector_key(passage): passage for passage in passages}
        known = self._passages.vectors(list(by_hash), model.fingerprint)
        undo_fingerprint, undo_vectors = self._undo
        if model.fingerprint == undo_fingerprint:
            known |= {key: undo_vectors[key] for key in by_hash.keys() & undo_vectors.keys()}
        new = [hashed for hashed in by_hash if hashed not in known]
        for first in range(0, len(new), _SLICE):
            some = new[first : first + _SLICE]

            def so_far(done: int, _: int, first: int = first) -> None:
                if progress:
                    progress(first + done, len(new))

            encoded = model.encode(
                [by_hash[hashed].text for hashed in some],
                so_far,
                [by_hash[hashed].heading for hashed in some],
            )
            fresh = dict(zip(some, encoded, strict=True))
            known |= fresh
            if len(new) > _SLICE:
                self._passages.put_orphan_vectors(fresh, model.fingerprint)
        return known

    def complete(self, model: SentenceEmbeddings, progress: Progress | None) -> None:
        """Embed and store the texts that have no vector of this model."""
        missing = self._passages.without_vector(model.fingerprint)
        if missing:
            _log.warning("embedding %d passages again", len(missing))
            vectors = self.embed(missing, progress, model)
            self._passages.put_orphan_vectors(vectors, model.fingerprint)

    def keep_for_undo(self, passages: Sequence[Passage], model: SentenceEmbeddings) -> None:
        """Keep the vectors of a source that is being removed, so that an undo embeds nothing."""
        keys = [vector_key(passage) for passage in passages]
        self._undo = model.fingerprint, self._passages.vectors(keys, model.fingerprint)
