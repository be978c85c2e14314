"""The pytest plugin: collects, waits for the order, and parks at each benchmark."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from inspect import iscoroutinefunction
from typing import Any

import pytest

from . import controls, options
from .channel import Channel
from .desk import Desk
from .fixture import BenchmarkFixture
from .origins import origins
from .stopwatch import Loop

MARKERS = ("performance", "benchmark", "codspeed_benchmark")
MESSAGE_LIMIT = 4000
POLL_S = 0.002


class Fixtures:
    """Registered last, so that this ``benchmark`` wins over those of installed plugins."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @pytest.fixture
    def benchmark(self, request: pytest.FixtureRequest) -> Iterator[BenchmarkFixture]:
        """Measure the function that it is called with."""
        fixture = BenchmarkFixture(request.node, self._desk)
        yield fixture
        fixture.undo()

    @pytest.fixture
    def codspeed_benchmark(self, benchmark: BenchmarkFixture) -> BenchmarkFixture:
        """The other name that pytest-codspeed gives to it."""
        return benchmark

    @pytest.fixture
    def benchmark_weave(self, benchmark: BenchmarkFixture) -> Any:
        """Measure a function wherever the test calls it."""
        return benchmark.weave


class GuestPlugin:
    """Our hooks, in the order in which pytest calls them."""

    def __init__(self, channel: Channel, settings: dict[str, Any], census: Any = None) -> None:
        self._channel = channel
        self._packages = settings["packages"]
        self._elsewhere = settings["elsewhere"]
        self._seed = settings["seed"]
        self._patience_s = settings["patience_s"]
        self._census = census
        self._desk = Desk(channel, census)
        self._errors: list[dict[str, str]] = []
        self._outcome = ("unmeasured", "")
        self._controls: list[str] = []
        self._plants = False

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        """Accept the options of plugins that are absent."""
        options.add_missing(parser)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> Iterator[None]:
        """Keep tracers from starting."""
        options.overrule(early_config.known_args_namespace, self._seed)
        yield

    @pytest.hookimpl(hookwrapper=True)
    def pytest_cmdline_parse(self) -> Any:
        """Overrule what would spoil measuring."""
        outcome = yield
        config = outcome.get_result()
        options.overrule(config.option, self._seed)
        options.silence_rival(config)
        options.close_network(config)

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Bring the fixture, after all others."""
        for marker in MARKERS:
            config.addinivalue_line("markers", marker + ": a benchmark of perf-gate")
        config.pluginmanager.register(Fixtures(self._desk), "perf_gate_fixtures")

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_set_timer(self) -> bool:
        """Parked time must not count; the supervisor has its own idea of what hangs."""
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember what could not be collected."""
        if report.failed:
            self._errors.append({"where": report.nodeid, "message": _tail(report.longreprtext)})

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Say what there is, and keep what is ordered, in that order."""
        known = {item.nodeid: item for item in session.items if _is_benchmark(item)}
        self._channel.send(
            kind="collected",
            benchmarks=[{"name": name, "group": _group(item)} for name, item in known.items()],
            errors=self._errors,
            origins=origins(self._packages, self._elsewhere),
        )
        order: Any = self._channel.receive()
        session.items[:] = [known[name] for name in order["names"] if name in known]
        self._controls = [name for name in order["names"] if name in controls.NAMES]
        self._plants = bool(order.get("plants"))
        _pin(order["core"])
        if self._census is not None:
            self._census.look_for(order["suspects"])
            self._channel.send(kind="counted", name="", life=self._census.report())
            self._census.go_on()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Controls come first; where code is counted, each benchmark runs in a fork of its own."""
        if self._census is None:
            self._run_controls()
            return None
        for item in session.items:
            self._run_in_fork(item)
        return True

    def _run_controls(self) -> None:
        for name in self._controls:
            self._desk.open(name)
            self._desk.serve(Loop(controls.work(name, self._plants), (), {}))
            self._channel.send(kind="finished", name=name, outcome="passed", message="")

    def _run_in_fork(self, item: pytest.Item) -> None:
        child = os.fork()
        if not child:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            os._exit(0)
        status = _wait(child, self._patience_s)
        if status:
            message = "the fork ended with status %d" % status
            self._channel.send(
                kind="finished", name=item.nodeid, outcome="crashed", message=message
            )

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self._desk.open(nodeid)
        self._outcome = ("passed", "")

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """A marked test without the fixture is measured as a whole call."""
        if "benchmark" in pyfuncitem.fixturenames or iscoroutinefunction(pyfuncitem.obj):
            return None
        names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001 - pytest's own way to call a test
        arguments = {name: pyfuncitem.funcargs[name] for name in names}
        work = Loop(pyfuncitem.obj, (), arguments)
        self._desk.serve(work)
        work.result()
        self._desk.conclude()
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Set-up, call or tear-down is over."""
        if report.failed:
            self._outcome = ("failed", _why(report.longrepr))
        elif report.skipped and self._outcome[0] != "failed":
            self._outcome = ("skipped", _why(report.longrepr))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """A test is over."""
        outcome, message = self._outcome
        if outcome == "passed" and not self._desk.measured:
            outcome, message = "failed", "the test passed but never called its benchmark fixture"
        self._channel.send(kind="finished", name=nodeid, outcome=outcome, message=message)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Say what was imported in the end."""
        self._channel.send(kind="done", origins=origins(self._packages, self._elsewhere))


def _is_benchmark(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    uses = "benchmark" in names or "codspeed_benchmark" in names
    return uses or any(item.get_closest_marker(marker) for marker in MARKERS)


def _group(item: pytest.Item) -> list[str]:
    """Module, class and wider-scoped parameters: items of one group share fixtures."""
    module, _, rest = item.nodeid.partition("::")
    owner = rest.rpartition("::")[0]
    callspec = getattr(item, "callspec", None)
    scopes = getattr(callspec, "_arg2scope", {})
    indices = getattr(callspec, "indices", {})
    wider = [
        "%s=%s" % (name, indices.get(name))
        for name in sorted(scopes)
        if getattr(scopes[name], "value", "function") != "function"
    ]
    return [module, owner, ",".join(wider)]


def _wait(child: int, patience_s: float) -> int:
    """The status of a fork; one that takes too long is killed, for others want to be counted."""
    deadline = time.monotonic() + patience_s
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
        time.sleep(POLL_S)


def _pin(core: int | None) -> None:
    """Bind every thread of this process to one core (the other side gets the same one)."""
    if core is None:
        return
    for thread in os.listdir("/proc/self/task"):
        try:
            os.sched_setaffinity(int(thread), {core})
        except OSError:  # the thread has ended, or the container forbids it
            continue


def _why(longrepr: Any) -> str:
    """What went wrong, in one line where pytest knows it."""
    crash = getattr(longrepr, "reprcrash", None)
    if crash is not None:
        first_line = crash.message.partition("\n")[0]
        return _tail("%s (%s:%s)" % (first_line, os.path.basename(crash.path), crash.lineno))
    if isinstance(longrepr, tuple):
        return _tail(str(longrepr[-1]))
    return _tail(str(longrepr))


def _tail(text: str) -> str:
    return text[-MESSAGE_LIMIT:]
