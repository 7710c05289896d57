"""What `python -m benchmarks fidelity` counts: the round trip notices what is lost."""

from dataclasses import replace
from pathlib import Path

from benchmarks.fidelity.round_trip import Paragraph, Section, Written, compared, document
from benchmarks.fidelity.writers import WRITERS
from ingest.readers import read

SAID = Paragraph(("The mayor did not sign the lease.", "Output rose to 10⁶ tonnes in 1914."))
WRITTEN = Written("a", (Section("The harbour", (SAID,)),))


def test_what_is_lost_or_cut_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    WRITERS[".docx"](path, WRITTEN)
    as_read = read(path)
    right = replace(as_read, text=f"The harbour\n\n{' '.join(SAID.sentences)}")
    assert compared(WRITTEN, right, "a").examples == []
    lost = compared(WRITTEN, replace(right, text=right.text.replace("not ", "")), "a")
    assert (lost.missing, lost.added, lost.broken) == (1, 0, 1)
    flat = compared(WRITTEN, replace(right, text=right.text.replace("10⁶", "106")), "a")
    assert (flat.missing, flat.added, flat.broken) == (1, 1, 1)


def test_every_format_can_be_written(tmp_path: Path) -> None:
    for suffix, write in WRITERS.items():
        write(tmp_path / f"a{suffix}", document(1, suffix))
        assert (
            document(1, suffix).sections[0].heading.split()[0] in read(tmp_path / f"a{suffix}").text
        )
