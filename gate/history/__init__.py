"""The history of a benchmark: where its level shifted, and how far it drifted. Pure.

- ``series``    points in the order of the commits, and what is found in them
- ``noise``     how much a series varies without a reason, and how much its points are alike
- ``segments``  the best way to cut a series into levels, in one pass
- ``shifts``    Series -> Shifts: size, interval, confidence, and the record that showed each one
- ``drift``     what has become of the level since a release
"""
