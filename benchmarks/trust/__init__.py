"""Nothing hostile in, nothing private out: measured in the real window, on a terminal, in files."""
