"""The optimized async executor: streaming calls until a target arrives, cheap and cancellable.

From the bottom up: ``results`` (data), ``cancellation`` (states and deadlines), ``channel`` and
``collector`` (messages), ``admission`` and ``background`` (who runs where), ``calls`` (one call
on each kind of loop), ``executor`` (all together). Needs the standard library and anyio.
"""

from __future__ import annotations

from gate.executor.admission import Adaptive, Admission, AdmissionStatistics, Fixed, Policy
from gate.executor.background import Submitted
from gate.executor.calls.kinds import Cleanup
from gate.executor.cancellation import CancellationManager, CancelState
from gate.executor.channel import BulkChannel, Paced
from gate.executor.collector import BufferPool, Collector, SpillFile, collect_into_buffers
from gate.executor.executor import Executor
from gate.executor.results import (
    CallError,
    CallId,
    CollectorError,
    ExecutorClosedError,
    ExecutorStatistics,
    SDKErrorType,
    SDKResult,
)

__all__ = [
    "Adaptive",
    "Admission",
    "AdmissionStatistics",
    "BufferPool",
    "BulkChannel",
    "CallError",
    "CallId",
    "CancelState",
    "CancellationManager",
    "Cleanup",
    "Collector",
    "CollectorError",
    "Executor",
    "ExecutorClosedError",
    "ExecutorStatistics",
    "Fixed",
    "Paced",
    "Policy",
    "SDKErrorType",
    "SDKResult",
    "SpillFile",
    "Submitted",
    "collect_into_buffers",
]
