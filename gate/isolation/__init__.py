"""Keeps from the target's code what is not its own: users, files, system calls, limits."""

from gate.isolation.cell import Cell
from gate.isolation.confine import Launch, confine, furnish, hand_over
from gate.isolation.files import installation
from gate.isolation.policy import Allowance, Level, Limits, Part, Policy, Role, allowance
from gate.isolation.probing import Attempt, answering, attack, probe_level, reaching, trial

__all__ = [
    "Allowance",
    "Attempt",
    "Cell",
    "Launch",
    "Level",
    "Limits",
    "Part",
    "Policy",
    "Role",
    "allowance",
    "answering",
    "attack",
    "confine",
    "furnish",
    "hand_over",
    "installation",
    "probe_level",
    "reaching",
    "trial",
]
