"""One virtual environment a side, made by uv from what the tree declares, and torn down again."""

from gate.environments.discover import TargetSpec
from gate.environments.environments import Environment, Environments, prepare

__all__ = ["Environment", "Environments", "TargetSpec", "prepare"]
