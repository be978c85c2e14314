"""What ``--help`` says besides the options."""

from __future__ import annotations

DESCRIPTION = """\
Decides whether a change made a Python project slower. Base and head are installed side by
side on this machine and measured in turns, slice by slice; every suspicion is confirmed
with fresh processes, and what cannot be decided is called inconclusive."""

STATUSES = """\
exit status:
  0    pass (or inconclusive, unless the configuration says that this fails)
  1    regressed: a threshold of level error is broken
  2    the configuration or the call is wrong
  3    a side could not be installed
  4    nothing could be measured, or a benchmark that worked on base is broken or gone on head
  5    inconclusive, where the configuration makes that a failure
  70   a defect of perf-gate
  130  interrupted; nothing was written after it
"""

EXAMPLES = """\
examples:
  perf-gate check                              the working tree against its merge base
  perf-gate check --base v1.4 --head main      two revisions
  perf-gate check --only 'test_parse*'         some benchmarks
  perf-gate check --budget 30s --format json   quick, for a script
  perf-gate check --base HEAD --head HEAD      an A/A run: what noise looks like here

"""
