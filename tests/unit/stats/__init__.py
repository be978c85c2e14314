"""Numbers against the oracle, scipy."""
