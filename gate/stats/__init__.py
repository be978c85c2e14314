"""Numbers in, numbers out: standard library only, no clocks, no randomness, no input or output.

In the order in which a comparison uses them:

- ``robust``         slices -> change of a pair; pairs -> Location (typical value, spread)
- ``moderation``     what the whole suite says about spread: Location, Prior -> Estimate
- ``estimate``       Estimate -> p-values and bounds
- ``distributions``  Student's t, exact far into the tail
- ``special``        the functions behind it
"""
