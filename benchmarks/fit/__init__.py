"""Fit the product's weights and thresholds again from public data sets, one module per fit."""
