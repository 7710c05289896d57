"""What the command line and the window have in common: settings, wiring and operations."""
