"""Proves that the gate can turn red: slowdowns of a known size, planted into the target's own code.

- ``kinds``     what a slowdown spends its time on, and how much of it makes how many seconds
- ``plant``     into which functions it can be planted, and how
- ``lab``       a copy of the target to plant in, and runs of the gate over it
- ``spots``     the function that is worth planting into, by what its benchmarks are like
- ``trials``    one change after the other of which the outcome is known
- ``sight``     what the gate made of each, and whether it behaved
- ``table``     all that for a person
- ``commands``  arguments, and what is printed
"""
