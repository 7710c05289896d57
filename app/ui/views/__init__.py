"""The pages: they render and call, and decide nothing."""
