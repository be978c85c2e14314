"""Simulations with fixed seeds: what the decision rules do over many runs."""
