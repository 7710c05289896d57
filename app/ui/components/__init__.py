"""Parts of pages, each a `show(...)` function."""
