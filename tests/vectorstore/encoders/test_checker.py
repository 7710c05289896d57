"""The checker that comes along: what it reads, alone or beside others, and its failures."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vectorstore.encoders import bert, checker
from vectorstore.encoders.checker import Checker, packaged_checker
from vectorstore.errors import ModelUnavailable

EVIDENCE = (
    "The committee approved the new pier by seven votes to two on 4 March, after a long debate."
)
PAIRS = [
    ("The new pier was approved by the committee on 4 March.", EVIDENCE),
    ("The committee refused the new pier.", EVIDENCE),
    ("The pier will cost twelve million euros.", EVIDENCE),
    ("It rained.", "In June it rained for the first time in two years."),
]


def test_three_probabilities_sum_to_one() -> None:
    for sentence, evidence in PAIRS:
        (reading,) = packaged_checker().read(sentence, [evidence])
        assert reading.supported + reading.contradicted + reading.not_stated == pytest.approx(1)


def test_what_follows_what_conflicts_and_what_is_not_said_are_told_apart() -> None:
    follows, conflicts, unsaid, _ = (
        packaged_checker().read(sentence, [evidence])[0] for sentence, evidence in PAIRS
    )
    assert follows.supported > max(follows.contradicted, follows.not_stated)
    assert conflicts.contradicted > conflicts.supported
    assert unsaid.not_stated > unsaid.supported


def test_pairs_read_at_once_read_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        EVIDENCE,
        f"{EVIDENCE} {EVIDENCE}",
        "Bananas ripen.",
        *[EVIDENCE[:at] for at in range(9, 80, 3)],
    ]
    alone = [packaged_checker().read(PAIRS[0][0], [text])[0] for text in texts]
    monkeypatch.setattr(bert, "usable_cores", lambda: 4)
    assert packaged_checker().read(PAIRS[0][0], texts) == alone
    assert packaged_checker().read(PAIRS[0][0], []) == []


def test_what_is_run_at_once_keeps_its_order_and_its_errors() -> None:
    busy = threading.Barrier(4, timeout=60)

    def halved(number: int) -> float:
        busy.wait()  # all four are run at the same time
        return 1 / number

    assert bert.at_once(halved, [1, 2, 4, 8], threads=4) == [1, 0.5, 0.25, 0.125]
    with pytest.raises(ZeroDivisionError):
        bert.at_once(halved, [1, 2, 0, 8], threads=4)


def test_evidence_of_any_length_is_read() -> None:
    (reading,) = packaged_checker().read(PAIRS[0][0] * 200, [EVIDENCE * 200])
    assert 0 <= reading.supported <= 1
    (empty,) = packaged_checker().read("", [""])
    assert 0 <= empty.supported <= 1


def test_the_sentence_that_answers_a_question_is_likelier_than_another() -> None:
    question = "Who approved the new pier?"
    answering, other = packaged_checker().answer(
        question, [EVIDENCE, "Lunch is served in the hall at noon on weekdays."]
    )
    assert answering > 0.5 > other


def test_threads_read_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda pair: packaged_checker().read(pair[0], [pair[1]]), PAIRS * 5))
    assert found == [packaged_checker().read(pair[0], [pair[1]]) for pair in PAIRS] * 5


def test_weights_that_are_missing_changed_or_damaged_become_a_notice(tmp_path: Path) -> None:
    changed = tmp_path / "changed.safetensors"
    changed.write_bytes(checker.WEIGHTS.read_bytes()[:-1] + b"x")
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"no weights")
    hash_of_damaged = "7bd2d8e0d2e8a2c5bb2fbde5a8ea6c2bd0a6ed2a9d1d0d6ca9c10b0a6d3eb2f0"
    for weights, sha256, words in (
        (tmp_path / "none.safetensors", checker.SHA256, "cannot be read"),
        (changed, checker.SHA256, "SHA-256 differs"),
        (damaged, hash_of_damaged, "SHA-256 differs"),
    ):
        failing = Checker(weights, sha256)
        with pytest.raises(ModelUnavailable, match=words):
            failing.warm()
        assert failing.read(*PAIRS[0][:1], [EVIDENCE]) == []
        assert words in failing.notice
        assert failing.answer("Who?", [EVIDENCE]) == []


def test_damaged_weights_with_the_right_hash_are_told(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"no weights at all")
    from vectorstore.encoders.embedding_model import file_hash

    with pytest.raises(ModelUnavailable, match="damaged"):
        Checker(damaged, file_hash(damaged)).warm()


@pytest.mark.slow
def test_it_needs_no_slow_import_and_leaves_nothing_behind(tmp_path: Path) -> None:
    code = (
        "import sys; from vectorstore.encoders.checker import packaged_checker as c; "
        "c().read('It rained.', ['It rained.']); print({'torch', 'transformers'} & set(sys.modules))"
    )
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], env=home, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
    assert list(tmp_path.rglob("*")) == [], "telemetry keeps an identifier there"
