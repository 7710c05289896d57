"""Asking and answering: the assistant, its parts, the settings and the command line."""
