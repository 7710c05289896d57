"""The pages: they draw and pass on clicks, and decide nothing."""
