"""The bundled suite: what an executor of streaming calls must do, and how fast, as benchmarks.

``pytest gate/suite`` runs it by hand, ``perf-gate check`` in the target's environment.

- ``cases``       which rows there are, under names that stay
- ``works``       what each case does with an executor, and what must come out
- ``references``  naive and bare executors that the same cases run through
- ``subject``     the executor that is put through: ours, or what a factory makes
- ``stage``       an event loop that stands still between the calls of a benchmark
- ``probe``       meaning before speed: a smoke test, and what is counted instead of timed
"""
