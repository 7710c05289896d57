"""The window: `serve`."""

from typing import Annotated

import typer

from app.cli.terminal import say
from vectorstore.errors import LibraryBusy


def serve(
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Where to begin looking for a free port.")
    ] = 8501,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the browser.")
    ] = True,
) -> None:
    """Open the window, on this machine only."""
    from app.service.bootstrap import data_folder, open_library
    from app.service.remote import find_window, opener
    from app.ui.server import run

    try:
        with open_library("`kakehashi serve`"):
            pass  # report here, not in the browser, that a library cannot be opened
    except LibraryBusy:
        window = find_window(data_folder())
        if window is None:
            raise
        say(f"The window is already open at {window.entrance}")
        if browser:
            typer.launch(opener(data_folder(), window.entrance))
        return
    run(port, open_browser=browser)
