"""The state of the window: of a tab, of background jobs, and what all tabs share."""
