"""Asking: `ask`, `replay`, `batch`, `search`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.options import Json, Languages, Model, Since, Sources, Until
from app.cli.paths import expanded, require_new
from app.cli.run import HOLDER, report_undated, run
from app.cli.terminal import ERR, OUT, print_json, say
from vectorstore.errors import BadInput
from vectorstore.private_files import open_private


def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    as_json: Json = False,
    source: Sources = None,
    language: Languages = None,
    since: Since = "",
    until: Until = "",
    model: Model = None,
    more: Annotated[bool, typer.Option("--more", help="Also show further evidence.")] = False,
    audit: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what led to the answer into a new file."),
    ] = None,
) -> None:
    """Answer one question, with footnotes."""
    from app.answering.presentation import as_text

    if audit:
        require_new(audit)
    answer = run(
        "audit" if audit else "ask",
        question=question, source=source, language=language, since=since, until=until, model=model,
    )  # fmt: skip
    report_undated(answer)
    if audit:
        answer = _keep_bundle(answer, audit)
    if as_json:
        print_json(answer, indent=2)
    else:
        say(as_text(answer, more=more))


def replay(
    file: Annotated[Path, typer.Argument(help="A file that `ask --audit` or the window wrote.")],
    as_json: Json = False,
    model: Model = None,
) -> None:
    """Ask the question of an audit bundle again, and show what differs."""
    from app.audit.bundle import as_values, read, without_texts

    bundle = as_values(without_texts(read(expanded(file))))
    found = run("replay", bundle=bundle, model=model)
    if as_json:
        print_json(found, indent=2)
        return
    say(f"Asked again: {' '.join(found['question'].split())}")
    for difference in found["differences"]:
        say(f"{difference['part']:<11} {difference['text']}")
    if not found["differences"]:
        OUT.print("Nothing differs.")
    for note in found["notes"]:
        say(f"Note: {note}")


def batch(
    file: Annotated[
        Path, typer.Argument(help='Lines of {"id", "text", "history": \\[\\[role, text], …]}.')
    ],
    model: Model = None,
) -> None:
    """Answer the questions of a file: one line of `ask --json` for each, with its id."""
    from app.service.batch import id_of, parse, read_lines
    from app.service.executor import executor

    failed = 0
    lines = read_lines(file)
    with executor(HOLDER) as execute:
        for number, line in lines:
            identity = id_of(line, number)
            try:
                question = parse(line, number)
                values = {"question": question.text, "history": question.history, "model": model}
                answer = execute("ask", values, lambda _: None)
                print_json({"id": identity, **_own(answer)})
            except BadInput as error:
                failed += 1
                print_json({"id": identity, "error": str(error)})
    if failed:
        raise BadInput(f"{failed} of the lines in {file} failed: see their “error”.")


def search(
    query: Annotated[str, typer.Argument(help="Words, or a question.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    as_json: Json = False,
    source: Sources = None,
    language: Languages = None,
    since: Since = "",
    until: Until = "",
) -> None:
    """List the passages found, best first, without an answer."""
    from app.answering.presentation import shorten

    found = run(
        "search", query=query, k=k, source=source, language=language, since=since, until=until
    )
    report_undated(found)
    if as_json:
        print_json(found, indent=2)
        return
    for rank, hit in enumerate(found["hits"], start=1):
        page = f", p. {hit['first_page']}" if hit["first_page"] else ""
        place = f"{hit['source_id']}{page}, {hit['start']}–{hit['end']}"
        scores = (
            f"{hit['score']:.3f} (dense {hit['dense']:.3f}, sentence {hit['sentence']:.3f}, "
            f"lexical {hit['lexical']:.2f}, phrases {hit['phrases']:.2f})"
        )
        say(f"{rank}. {scores}  {place}\n   {shorten(hit['text'], 240)}")
    if not found["hits"]:
        OUT.print("Nothing found.")


def _keep_bundle(audited: dict[str, Any], file: Path) -> dict[str, Any]:
    """Write the audit bundle of an answer; return the answer."""
    from app.audit.bundle import as_file

    path = expanded(file)
    with open_private(path, new=True) as new:
        new.write(as_file(audited["bundle"]))
    say(f"Wrote everything that led to the answer to {path}.", ERR)
    answer: dict[str, Any] = audited["answer"]
    return answer


def _own(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer without what belongs to the call."""
    return {key: value for key, value in answer.items() if key not in ("notices", "left_out")}
