"""perf-gate: measures base and head of a change side by side and judges the difference.

The pipe, in the order in which a run goes through it (each step is one room of this package):

1. ``cli``, ``job``      what is asked: arguments, or the environment of a Docker action -> Job
2. ``revisions``         which commits are base and head, exported to clean trees
3. ``config``            the rules, read from base: ``.perf-gate.yml`` -> Configuration
4. ``environments``      one virtual environment a side, torn down whatever happens
5. ``proof``             which benchmarks never meet the change: they need no stopwatch
6. ``measure``           guests started in pairs and driven slice by slice -> Sample
7. ``compare``           change and interval                                  (pure)
8. ``judge``             controls, thresholds -> outcomes -> verdict          (pure)
9. ``report``            one View -> terminal, comment, summary, JSON         (pure)
10. ``github``           what the runner is told: outputs, summary, annotations
11. ``publishing``       what a pull request is told: one comment, one check run

``main`` strings these together; ``model`` holds the nouns that flow; ``guest`` is the part
that runs inside the target's interpreter and knows nothing of the rest.
"""
