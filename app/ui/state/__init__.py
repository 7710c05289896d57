"""What the pages share: the session of a tab, background jobs, the state of the Library page."""
