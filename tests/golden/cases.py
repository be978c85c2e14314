"""Every case of which the reports are approved."""

from __future__ import annotations

from gate.model import Result
from tests.golden.arrived import ARRIVED
from tests.golden.further import FURTHER
from tests.golden.intended import INTENDED
from tests.golden.results import CASES

ALL: dict[str, Result] = {**CASES, **FURTHER, **INTENDED, **ARRIVED}
