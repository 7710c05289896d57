"""The child process that embeds documents: a line with texts in, a line with vectors out.

`encoder_process.py` starts it and sends it batches. Lines are JSON: in, `{"model", "rules",
"models", "texts", "headings", "threads"}`; out, `{"vectors", "sentences"}`, `{"error"}` with a
sentence, or `{"failed"}` with the kind of an unexpected exception. It ends with its input, so that
it does not outlive the program that started it.
"""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from vectorstore.child_process import give_way, line_writer
from vectorstore.confinement import refuse_network
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.encoders.encoder_process import packed
from vectorstore.errors import ModelUnavailable


@cache
def _embeddings(model: str, rules: str, models: str | None) -> SentenceEmbeddings:
    embeddings = SentenceEmbeddings(model, rules, Path(models) if models else None)
    embeddings.warm(documents=True)  # the reader waits for that
    give_way()
    refuse_network()  # only now: a model that is not on this machine yet was fetched
    return embeddings


def main() -> None:
    """Answer until there are no more lines."""
    write = line_writer()
    for line in sys.stdin:
        write(_answer(json.loads(line)))


def _answer(asked: dict[str, Any]) -> dict[str, object]:
    try:
        embeddings = _embeddings(asked["model"], asked["rules"], asked["models"])
        embedded = embeddings.embed_batch(asked["texts"], asked["headings"], asked["threads"])
    except ModelUnavailable as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001 - a library may raise anything, with texts in it
        return {"failed": type(error).__name__}
    return packed([(one.passage, one.sentences) for one in embedded])


if __name__ == "__main__":
    main()
