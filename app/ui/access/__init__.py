"""Who reaches the window: the gate before it, and the doors by which people come in."""
