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

PLACES = """\
PLACE is one of
  dir:PATH                      a folder
  branch:NAME                   a branch of the remote origin
  s3://... gs://... az://...    an object store (pip install 'perf-gate[objects]')
By default it is the configuration's baseline.store; without that, branch:perf-gate-data in
Actions, and elsewhere a folder in the user's cache."""

RECORD = f"""\
Measures one revision and adds the figures to the store, as one more file that is never changed.
Both sides are that revision, so it takes as long as a check with the proof off. Where the store
cannot be written, the figures are kept below --out.

{PLACES}"""

STORE = f"""\
Looks after what `perf-gate record` added. What is unreadable, truncated, foreign or of a newer
version is named, and left where it is.

{PLACES}"""

REPORT = """\
Renders a result again that `perf-gate check` wrote, in any format; nothing is measured or judged.
Without options it is printed as check prints it. --out writes all formats into a folder:
result.json, comment.md, summary.md, report.html, junit.xml, badge.svg, badge.json, terminal.txt.
--store adds to the page how each benchmark went before, on a machine like that of the result.
The exit status tells whether that worked, not the verdict."""

ACCEPT = """\
Writes down that a regression, or the removal of a benchmark, is meant: one entry below `accept` of
the configuration for each row of a result that regressed or is missing, with a reason and a last
day. The rest of the file stays as it is, its comments too. An entry accepts a slowdown up to the
end of the interval that was measured; more than that fails again.

In a pull request the entry is a request: it counts once it is on base, or with the label
perf-gate-accept, which whoever may write sets. Absolute budgets are lifted by no acceptance."""

IMPORT = f"""\
Brings along what other tools measured: history into the store, as one more file for each run that
is never changed, or with --result the figures of one revision as a result.json. Importing again
adds only what is new. What is imported is marked as such: it shows where you come from, and is
never compared with what perf-gate measures.

Known by their content are github-action-benchmark's data.js, the JSON of pytest-benchmark, pyperf
and hyperfine, asv's folder of results, and Bencher metric format.

{PLACES}"""

DASHBOARD = f"""\
Writes dashboard.html, one file that asks no network: the history of each benchmark on each
machine, with the shifts of its level. Of each series the newest 1,000 revisions are drawn.

{PLACES}"""

PUBLISH = """\
Merges results of `perf-gate check` into one verdict, and posts it: one comment and one check run
for all shards, Python versions and packages. Results are files, folders that hold a result.json,
or folders with one such folder each; without any, the artifacts `perf-gate` and `perf-gate-...` of
the run that the event names (in Actions). They may come in any order and more than once; one that
is missing is named, and nothing passes without it.

The pull request is the one of the event, or of --repository and --pull-request; never one that a
result names. The token is GITHUB_TOKEN of the environment; without one nothing is posted. Failing
to post changes no exit status, which is that of the merged verdict."""

HISTORY = f"""\
Prints each benchmark on each machine, with the shifts of its level: how much, between which two
commits (there may be others between them that were not recorded), and how sure that is; and how
far the level has moved since the last release. `perf-gate record` says what its record shows first.

{PLACES}"""

SELFTEST = """\
Proves on the spot that the gate turns red, and only then. It copies head of the repository and
runs the gate over changes of which the outcome is known: nothing at all, with the proof off and
on, and slowdowns of +10, +5 and +3 % of several kinds in a function that some of the benchmarks
call. Nothing of yours is changed. It takes two or three minutes: each run measures until it has
decided, for half a minute at the most, or more where the benchmarks are slow.

The gate did not behave where it
  - blames a benchmark that the function cannot have slowed, or turns red without a change;
  - overlooks +5 % or more where it said itself that it would see that much;
  - calls unchanged what became slower than the configuration allows.
It may say "inconclusive" of less than +5 %, of rows too noisy to see what was planted, and of
waits below +20 %, for which processor time and wall time disagree.

kinds:
  loop         a busy loop
  allocation   small lists
  call         system calls (stat)
  memory       copies of 64 KiB, or of 4 MiB where a benchmark is slow enough
  thread       a lock handed over to a thread that is started for it
  sleep        waits of 20 µs, in as many calls as it takes
"""

SELFTEST_STATUSES = """\
exit status:
  0    the gate behaved, and found some of what was planted
  1    it did not
  5    it behaved, but found nothing: this machine is too noisy now, nothing is proved
  2, 3, 4, 70, 130   as of check
"""
