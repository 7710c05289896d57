"""The child process in which files are read: a path a line comes in, a document a line goes out.

It holds itself to limits on memory and processor time, so that a hostile or broken file costs no
more than this process; `reader_process.py` starts it, watches the clock, and starts another where
it dies. Lines are JSON: `{"path"}` in; `{"page", "pages"}` (a sign of life), and at last
`{"document"}` or `{"error"}`, out.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from ingest.process_limits import MEMORY, hold, more_time
from ingest.readers import read
from vectorstore.errors import UnreadableSource


def main() -> None:
    """Answer until there are no more lines."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints goes where its errors go
    hold()

    def say(value: object) -> None:
        out.write(json.dumps(value) + "\n")
        out.flush()

    def alive(page: int, pages: int) -> None:
        more_time()
        say({"page": page, "pages": pages})

    for line in sys.stdin:
        more_time()
        path = Path(json.loads(line)["path"])
        try:
            say({"document": asdict(read(path, alive))})
        except UnreadableSource as error:
            say({"error": str(error)})
        except MemoryError:
            say({"error": too_big(path)})
        except Exception:  # noqa: BLE001 - whatever a file does to a library, it is only this file
            say({"error": damaged(path)})


def too_big(path: Path) -> str:
    """What is said of a file that asks for more memory than there is."""
    return (
        f"{path.name} needs more than {MEMORY >> 30} GB of memory to be read: split it into "
        "smaller files, or save it anew from the program it comes from."
    )


def damaged(path: Path) -> str:
    """What is said of a file that its reader cannot make sense of."""
    return (
        f"{path.name} is damaged, or is not what its ending says: open it in the program it comes "
        "from, save it anew, and add that."
    )


if __name__ == "__main__":
    main()
