"""The rules: text of ``.perf-gate.yml`` -> ``loader``: a tree -> ``decode``: a Configuration."""
