"""Chat models: where they come from, how they are started and reached."""
