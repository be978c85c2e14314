"""What was measured earlier, and what a check makes of it.

- ``places``       which store is meant, and opening it
- ``fingerprint``  the machine that figures hold for
- ``figures``      what was measured, as the figures of a record
- ``baselines``    what a store knows of this machine, read before anything of the target runs
- ``refusal``      why head is not held against it, in a sentence
- ``history``      head held against what the store knows
- ``release``      head held against the last release, which is measured again
"""
