"""The child process that reads files: a line with a path in, a line with a document out.

It limits its own memory and processor time, so that a hostile or broken file costs no more than
this process. `reader_process.py` starts it, watches the clock and replaces it when it dies. Lines
are JSON: in, `{"path", "draft"}`; out, `{"page", "pages"}` for each page, at last `{"document"}` or
`{"error"}`.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from ingest.process_limits import MEMORY, allow_cpu_time, limit_process
from ingest.readers import read
from vectorstore.child_process import give_way, line_writer
from vectorstore.errors import UnreadableSource


def main() -> None:
    """Answer until there are no more lines."""
    write = line_writer()
    limit_process()
    give_way()

    def on_page(page: int, pages: int) -> None:
        allow_cpu_time()
        write({"page": page, "pages": pages})

    for line in sys.stdin:
        allow_cpu_time()
        asked = json.loads(line)
        path = Path(asked["path"])
        try:
            write({"document": asdict(read(path, on_page, draft=asked["draft"]))})
        except UnreadableSource as error:
            write({"error": str(error)})
        except MemoryError:
            write({"error": too_big(path)})
        except Exception:  # noqa: BLE001 - a library may raise anything
            write({"error": damaged(path)})


def too_big(path: Path) -> str:
    """Return what to say of a file that needs more memory than the limit."""
    return (
        f"{path.name} needs more than {MEMORY >> 30} GB of memory to be read: split it into "
        "smaller files, or save it again from the program it comes from."
    )


def damaged(path: Path) -> str:
    """Return what to say of a file that its reader cannot parse."""
    return (
        f"{path.name} is damaged, or is not what its extension says: open it in the program it "
        "comes from, save it again, and add that."
    )


if __name__ == "__main__":
    main()
