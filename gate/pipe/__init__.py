"""The smaller parts of the pipe that ``main`` strings together.

- ``rules``      the configuration that holds, read from base
- ``sides``      trees, environments and seats of both sides
- ``selection``  which benchmarks this run is about
- ``run``        installing, collecting, proving and measuring
- ``draft``      a result in the making
- ``earlier``    stored runs and the last release
- ``bundled``    the bundled suite, beside the target's own benchmarks
- ``stored``     two results that were measured apart
"""
