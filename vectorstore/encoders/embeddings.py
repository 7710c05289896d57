"""Embed texts: sentence-transformers behind LangChain's `Embeddings`.

Heavy imports wait for the first text. The default model is the packaged all-MiniLM-L6-v2, whose
weights must have their publisher's hash; `minilm.py` runs it, or sentence-transformers where the
processor multiplies in bfloat16. Any other sentence-transformers model is given as a folder or a
name (`named_models.py`). The prompts of a registered model come from the registry.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings

from vectorstore.child_process import usable_cores
from vectorstore.encoders.bert import at_once
from vectorstore.encoders.embedding_model import (
    DEFAULT_MODEL,
    SHA256,
    load_embedding_model,
    multiplies_in_bfloat16,
    weights_hash,
)
from vectorstore.encoders.encoder_process import EncoderProcess
from vectorstore.encoders.minilm import packaged_minilm
from vectorstore.encoders.named_models import NamedModel, check_available, named_model
from vectorstore.encoders.pooling import Vectors, normalised, pooled
from vectorstore.text.sentences import VERSION as SENTENCES
from vectorstore.text.sentences import sentences

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Progress = Callable[[int, int], None]

_BATCH = 64  # texts between two reports of progress; judged
# Texts in one forward pass; judged: more outgrow the processor's cache and take longer
_OF_TORCH = 16
_OF_DOCUMENTS = ("document", "passage", "corpus")  # names that models give to this prompt
_RULES = "sentences "  # before their version, at the end of a fingerprint
_PLAIN = {"Transformer", "Pooling", "Normalize"}  # modules that leave the mean of tokens as it is
_packaged_lock = threading.Lock()  # the packaged model is loaded once for all
_CALM = 60.0  # seconds without a question until documents get all processor cores; judged
_REMEMBERED = 16  # questions; judged: one answer asks for a few


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """The vector of a passage, shape (d,), and those of its sentences, shape (sentences, d)."""

    passage: Vectors
    sentences: Vectors


class SentenceEmbeddings(Embeddings):
    """An embedding model. Vectors have length one, so a dot product is a cosine."""

    _asked = float("-inf")  # when the last question came, to any model of this process

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        sentence_rules: str = SENTENCES,
        models: Path | None = None,
        *,
        beside: bool = False,
    ) -> None:
        """`model` is the packaged default, a registered model, a folder, or a name on the hub.

        `sentence_rules` is the version with which the sentences of stored vectors were told,
        `models` the folder of the fetched models. With `beside`, documents are embedded in a
        process of their own.
        """
        named = named_model(model, models)
        self.model = named.id
        self._preset = named.entry
        self._name = model
        self._models = models
        self._sentence_rules = sentence_rules
        self._lock = _packaged_lock if self.model == DEFAULT_MODEL else threading.Lock()
        self._asking = threading.Lock()  # a question does not wait for documents
        self._queries: dict[str, Vectors] = {}
        self._process = EncoderProcess(model, sentence_rules, models) if beside else None

    @property
    def _named(self) -> NamedModel:
        """What the name stands for now; a model may have been fetched since."""
        return named_model(self._name, self._models)

    @cached_property
    def fingerprint(self) -> str:
        """An id that changes with the vectors; vectors of two fingerprints are never mixed.

        Raise ModelUnavailable if the model was never fetched.
        """
        named = self._named
        check_available(named, "embedding")
        if self.model == DEFAULT_MODEL:
            made_by = SHA256[:16]
        else:
            made_by = weights_hash(named.folder)[:16] if named.folder else "by name"
        preset = self._preset
        prompts = f"{preset.query_prompt}\0{preset.document_prompt}" if preset else "\0"
        if prompts != "\0":
            made_by += f":prompts {hashlib.sha256(prompts.encode()).hexdigest()[:8]}"
        return f"{self.model}:{made_by}:{_RULES}{self._sentence_rules}"

    def stored(self, model: str, fingerprint: str) -> "SentenceEmbeddings":
        """Return the model whose vectors are stored with a fingerprint, from the same folders."""
        rules = fingerprint.rpartition(f":{_RULES}")[2]
        return SentenceEmbeddings(model, rules, self._models, beside=self._process is not None)

    def renewed(
        self, texts: Sequence[str], headings: Sequence[str], vectors: Sequence[PassageVectors]
    ) -> list[PassageVectors]:
        """Return stored vectors of passages with those of the sentences that they have today.

        Only a passage that older rules split into more or fewer sentences is embedded again.
        """
        if self._sentence_rules == SENTENCES:
            return list(vectors)
        other = [
            at
            for at, text in enumerate(texts)
            if len(sentences(text)) != len(vectors[at].sentences)
        ]
        again = self.encode([texts[at] for at in other], None, [headings[at] for at in other])
        fresh = dict(zip(other, again, strict=True))
        return [fresh.get(at, one) for at, one in enumerate(vectors)]

    @property
    def english_only(self) -> bool:
        """Whether the model is known not to understand Chinese, Japanese or Korean."""
        return self._preset is not None and self._preset.english_only

    def encode(
        self,
        texts: Sequence[str],
        progress: Progress | None = None,
        headings: Sequence[str] | None = None,
    ) -> list[PassageVectors]:
        """Embed passages and their sentences, under their headings if these are given.

        `progress` is called with the number of texts done and the total. Texts of similar length
        are embedded together, which saves torch padding.
        """
        above = headings or [""] * len(texts)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        embedded: dict[int, PassageVectors] = {}
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            some = self._embedded([texts[i] for i in batch], [above[i] for i in batch])
            embedded.update(zip(batch, some, strict=True))
            if progress:
                progress(len(embedded), len(texts))
        return [embedded[i] for i in range(len(texts))]

    def _embedded(self, texts: list[str], headings: list[str]) -> list[PassageVectors]:
        if self._process is None:
            return self.embed_batch(texts, headings)
        asking = time.monotonic() - self._asked < _CALM
        threads = max(1, usable_cores() // 2) if asking else usable_cores()
        return [PassageVectors(*one) for one in self._process.embed(texts, headings, threads)]

    def embed_batch(
        self, texts: list[str], headings: list[str], threads: int | None = None
    ) -> list[PassageVectors]:
        """Embed passages under their headings in this process, on `threads` cores or on all."""
        with self._lock:
            return self._embed(texts, headings, threads)

    @property
    def ready_for_documents(self) -> bool:
        """Whether the process that embeds documents is there, if it is to be one."""
        return self._process is None or self._process.running

    def close(self) -> None:
        """End the process that embeds documents; the next document starts it again."""
        if self._process:
            self._process.close()

    def encode_query(self, text: str) -> Vectors:
        """Return the vector of one question; shape (dimension,). The last few are cached."""
        SentenceEmbeddings._asked = time.monotonic()
        with self._asking:
            if text not in self._queries:
                while len(self._queries) >= _REMEMBERED:
                    del self._queries[next(iter(self._queries))]
                clean = text.encode("utf-8", "replace").decode()  # without unpaired surrogates
                self._queries[text] = self._vector_of(clean)
            return self._queries[text]

    def _vector_of(self, question: str) -> Vectors:
        if self.model == DEFAULT_MODEL:
            return packaged_minilm().encode(question)
        with self._lock:  # one model for questions and documents
            prompt = self._preset.query_prompt if self._preset else ""
            encoded = self._transformer.encode_query([question], prompt=prompt or None)
        vector: Vectors = normalised(encoded)[0]
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Implement LangChain's interface with `encode`."""
        return [embedded.passage.tolist() for embedded in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Implement LangChain's interface with `encode_query`."""
        vector: list[float] = self.encode_query(text).tolist()
        return vector

    def warm(self, *, documents: bool = False) -> None:
        """Load what the first question needs, or with `documents` the first document."""
        if documents:
            self.encode(["ready"])
        else:
            self.encode_query("ready")

    @cached_property
    def _transformer(self) -> "SentenceTransformer":
        return load_embedding_model(self._named)

    @cached_property
    def _prompt(self) -> str | None:
        """The model's prompt for passages, None if empty, which sentence-transformers rejects."""
        if self._preset and self._preset.document_prompt:
            return self._preset.document_prompt
        prompts = self._transformer.prompts
        return next((prompts[name] for name in _OF_DOCUMENTS if prompts.get(name)), None)

    @cached_property
    def _pools_by_mean(self) -> bool:
        """Whether the vector of a passage is the plain mean of its tokens' vectors."""
        pooling = next((m for m in self._transformer if hasattr(m, "pooling_mode")), None)
        prompt = self._transformer.default_prompt_name or self._prompt
        mean: bool = pooling is not None and pooling.pooling_mode in ("mean", ("mean",))
        mean = mean and all(type(module).__name__ in _PLAIN for module in self._transformer)
        return mean and not prompt and self._transformer.tokenizer.is_fast

    def _embed(
        self, texts: list[str], headings: list[str], threads: int | None
    ) -> list[PassageVectors]:
        """Embed one batch, each passage with its heading, as passages often omit their subject.

        The vector of a sentence is the mean of its tokens' vectors inside the passage (late
        chunking, arXiv 2409.04701): it costs nothing extra and reflects the context. On SQuAD
        2 it found the answering sentence as often as separate embedding of each sentence. Models
        that do not pool by the mean embed sentences separately.
        """
        above = [f"{heading}\n" if heading else "" for heading in headings]
        spans = [
            [(len(head) + start, len(head) + end) for start, end in sentences(text)]
            for head, text in zip(above, texts, strict=True)
        ]
        texts = [head + text for head, text in zip(above, texts, strict=True)]
        if self.model == DEFAULT_MODEL and not multiplies_in_bfloat16():
            found = at_once(packaged_minilm().tokens, texts, threads)
            return [
                PassageVectors(*pooled(vectors, offsets, some))
                for (vectors, offsets), some in zip(found, spans, strict=True)
            ]
        if threads:
            import torch

            torch.set_num_threads(threads)
        if self._pools_by_mean:
            tokens = self._transformer.encode(
                texts,
                batch_size=_OF_TORCH,
                output_value="token_embeddings",
                show_progress_bar=False,
            )
            offsets = self._transformer.tokenizer(
                texts, truncation=True, return_offsets_mapping=True
            )["offset_mapping"]
            return [
                PassageVectors(*pooled(token.float().numpy(), np.array(offset), some))
                for token, offset, some in zip(tokens, offsets, spans, strict=True)
            ]
        flat = [text[a:b] for text, some in zip(texts, spans, strict=True) for a, b in some]
        vectors = normalised(
            self._transformer.encode_document(
                [*texts, *flat], batch_size=_OF_TORCH, prompt=self._prompt
            )
        )
        parts = np.split(vectors[len(texts) :], np.cumsum([len(some) for some in spans])[:-1])
        return [PassageVectors(v, p) for v, p in zip(vectors[: len(texts)], parts, strict=True)]
