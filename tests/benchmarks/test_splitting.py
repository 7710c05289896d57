from rich.console import Console

from benchmarks.fidelity.splitting import splitting


def test_our_splitter_is_scored_and_absent_ones_are_named() -> None:
    console = Console(record=True, width=140)
    scores = splitting(console)
    right, total = scores["Kakehashi"]
    assert right == total >= 150
    text = console.export_text()
    assert all(name in scores or f"{name} is not installed" in text for name in ("pysbd",))
