"""Measures of the product's own code, with the product's own defaults."""
