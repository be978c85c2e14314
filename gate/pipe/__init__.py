"""The smaller parts of the pipe that ``main`` strings together.

- ``rules``      the configuration that holds, read from base
- ``sides``      trees, environments and seats of both sides
- ``selection``  which benchmarks this run is about
- ``draft``      a result in the making
- ``bundled``    the bundled suite, beside the target's own benchmarks
- ``stored``     two results that were measured apart
"""
