"""The profile that `addopts` names: the source distribution leaves out where it is defined."""

from hypothesis import settings

settings.register_profile("less-examples", max_examples=10)
