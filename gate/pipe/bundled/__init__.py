"""The bundled suite in the pipe: laid out in the target's environments, probed, measured, merged.

- ``layout``  the suite's files, where nothing of the gate is installed
- ``probe``   whether each side's executor does what the suite relies on, and what it takes
- ``names``   the suite's rows under their public names, and seconds per unit
- ``suite``   when it runs, and what stops it
- ``timing``  the target's benchmarks and the suite, as one run
"""
