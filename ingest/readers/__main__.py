"""The child process that reads files: a line with a name in, a line with a document out.

It limits its own memory, processor time and rights, so that a hostile or broken file costs no more
than this process: it can read nothing but the folder of its argument, in which the files are put
(`inbox.py`). `reader_process.py` starts it, watches the clock and replaces it when it dies. Lines
are JSON: in, `{"name", "draft"}`; out, `{"page", "pages"}` for each page, at last `{"document"}` or
`{"error"}`. `{"confinement"}` asks what the kernel took away, and is answered by
`{"files", "calls", "ocr"}`.
"""

import json
import shutil
import sys
from dataclasses import asdict, replace
from pathlib import Path

from ingest.process_limits import MEMORY, allow_cpu_time, limit_process
from ingest.readers import read
from ingest.readers.ocr import installed_languages
from ingest.sidecar import describe
from vectorstore.child_process import give_way, line_writer
from vectorstore.errors import UnreadableSource


def main() -> None:
    """Answer until there are no more lines."""
    write = line_writer()
    give_way()
    folder, tesseract = Path(sys.argv[1]), shutil.which("tesseract")
    held = limit_process(folder, Path(tesseract) if tesseract else None)

    def on_page(page: int, pages: int) -> None:
        allow_cpu_time()
        write({"page": page, "pages": pages})

    for line in sys.stdin:
        allow_cpu_time()
        asked = json.loads(line)
        if "confinement" in asked:
            write({**asdict(held), "ocr": bool(installed_languages())})
            continue
        path = folder / asked["name"]
        try:
            document = read(path, on_page, draft=asked["draft"])
            if not asked["draft"]:
                document = replace(document, metadata=describe(path, document))
            write({"document": asdict(document)})
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
