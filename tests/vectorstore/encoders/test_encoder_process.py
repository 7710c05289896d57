"""Documents embedded in a process of their own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vectorstore.confinement.kernel import kernel
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.errors import ModelUnavailable

TEXTS = [
    "Uji grows green tea. It has done so since the thirteenth century.",
    "One sentence alone",
    "京都は古い都である。宇治は茶で知られる。",
]
HEADINGS = ["On tea", "", "京都"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def beside() -> Iterator[SentenceEmbeddings]:
    made = SentenceEmbeddings(beside=True)
    yield made
    made.close()


def test_the_process_embeds_as_this_one_does(
    beside: SentenceEmbeddings, embeddings: SentenceEmbeddings
) -> None:
    done: list[tuple[int, int]] = []
    found = beside.encode(TEXTS, lambda *at: done.append(at), HEADINGS)
    expected = embeddings.encode(TEXTS, None, HEADINGS)
    assert done == [(3, 3)]
    for one, other in zip(found, expected, strict=True):
        assert one.sentences.shape == other.sentences.shape
        np.testing.assert_allclose(one.passage, other.passage, atol=1e-5)
        np.testing.assert_allclose(one.sentences, other.sentences, atol=1e-5)


def test_a_process_that_was_ended_is_started_again(beside: SentenceEmbeddings) -> None:
    before = beside.encode(TEXTS)
    assert beside._process is not None
    child = beside._process._child
    assert child is not None
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()
    after = beside.encode(TEXTS)
    np.testing.assert_array_equal(after[0].passage, before[0].passage)
    assert beside._process._child is not child


@pytest.mark.skipif(kernel() is None, reason="not a Linux whose calls are known here")
def test_it_has_no_network_once_its_model_is_there(beside: SentenceEmbeddings) -> None:
    beside.encode(TEXTS)
    assert beside._process is not None
    assert beside._process._child is not None
    tasks = Path(f"/proc/{beside._process._child.process.pid}/task")
    for thread in tasks.iterdir():
        status = (thread / "status").read_text()
        assert "Seccomp:\t2" in status, "a filter"
        assert "NoNewPrivs:\t1" in status


@pytest.mark.skipif(kernel() is None, reason="not a Linux whose calls are known here")
def test_a_process_without_network_keeps_threads_and_files(tmp_path: Path) -> None:
    code = """
import socket, subprocess, sys, threading
from vectorstore.confinement import refuse_network

def tried(what, *arguments):
    try:
        what(*arguments)
    except PermissionError:
        return "refused"
    return "done"

refused, go = [], threading.Event()
old = threading.Thread(target=lambda: (go.wait(), refused.append(tried(socket.socket))))
old.start()
assert refuse_network()
go.set()
old.join()
threading.Thread(target=lambda: None).start()
print(*refused, tried(socket.socket), tried(subprocess.run, ["true"]), tried(open, sys.argv[1], "w"))
"""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "new")],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["refused", "refused", "refused", "done"]


def test_it_gives_way_to_whoever_asks_and_ends_when_it_is_closed(
    beside: SentenceEmbeddings,
) -> None:
    beside.encode(TEXTS)
    assert beside._process is not None
    assert beside._process._child is not None
    process = beside._process._child.process
    threads = Path(f"/proc/{process.pid}/task")
    priorities = [os.getpriority(os.PRIO_PROCESS, int(one.name)) for one in threads.iterdir()]
    assert min(priorities) > os.getpriority(os.PRIO_PROCESS, 0)
    beside.close()
    assert process.poll() is not None
    assert len(beside.encode(TEXTS)) == len(TEXTS)


def test_a_model_that_is_not_there_is_told_as_without_a_process(tmp_path: Path) -> None:
    embeddings = SentenceEmbeddings(f"{tmp_path}/none", beside=True)
    with pytest.raises(ModelUnavailable, match="none"):
        embeddings.encode(TEXTS)
    embeddings.close()


def test_closing_ends_a_batch_that_is_being_embedded(beside: SentenceEmbeddings) -> None:
    failed: list[str] = []

    def embed() -> None:
        try:
            beside.encode([f"{text} {n}" for n in range(3000) for text in TEXTS])
        except ModelUnavailable as error:
            failed.append(str(error))

    beside.encode(TEXTS)
    embedding = threading.Thread(target=embed)
    embedding.start()
    time.sleep(1)
    beside.close()
    embedding.join(60)
    assert failed == ["Kakehashi was closed meanwhile."]
