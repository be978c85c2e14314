"""A real Chromium, driven over its debugging pipe: what a page shows, asks for and complains of."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
_READS, _WRITES = 3, 4
"""The descriptors that Chromium takes commands from, and answers on."""


def found() -> str | None:
    """Return where Chromium is, if it is anywhere; ``PERF_GATE_CHROMIUM`` wins."""
    named = os.environ.get("PERF_GATE_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@dataclass(slots=True, kw_only=True)
class Page:
    """One tab."""

    commands: IO[bytes]
    answers: IO[bytes]
    session: str = ""
    complaints: list[str] = field(default_factory=list)
    """Errors of scripts, of the policy, and whatever else the console shows."""
    requests: list[str] = field(default_factory=list)
    """All that was asked for, but for ``data:``."""
    _number: int = 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Run one command of the protocol, and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.commands.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def open(self, path: Path) -> None:
        """Load a file, and wait until it is loaded."""
        self.complaints.clear()
        self.requests.clear()
        self.call("Page.navigate", url=path.absolute().as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass

    def run(self, script: str) -> Any:
        """Return what an expression comes to; a promise is waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def look(
        self, *, width: int, height: int = 900, scheme: str = "light", motion: str = ""
    ) -> None:
        """Set the size of the window, and what the user prefers."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": motion}
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": name, "value": value} for name, value in features.items()],
        )

    def press(self, key: str) -> None:
        """Press and release a key."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        codes = {"Enter": 13, " ": 32, "Tab": 9}
        common = {"key": key, "windowsVirtualKeyCode": codes[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def picture(self) -> bytes:
        """Return the whole page as PNG."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def _next(self) -> dict[str, Any]:
        told = bytearray()
        while not told.endswith(b"\0"):
            byte = self.answers.read(1)
            assert byte, "Chromium has gone"
            told += byte
        answer: dict[str, Any] = json.loads(told[:-1])
        self._note(answer.get("method", ""), answer.get("params", {}))
        return answer

    def _note(self, method: str, told: dict[str, Any]) -> None:
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(json.dumps(told["args"]))
        elif method == "Log.entryAdded":
            self.complaints.append(told["entry"]["text"])
        elif method == "Network.requestWillBeSent" and told["type"] != "Document":
            self.requests.append(told["request"]["url"])


@contextmanager
def browser(program: str, profile: Path) -> Iterator[Page]:
    """Start Chromium with a new profile, and end it."""
    ours, commands = os.pipe()
    answers, theirs = os.pipe()
    both = f'exec {_READS}<&{ours} {_WRITES}>&{theirs}; exec "$@"'
    process = subprocess.Popen(
        ["bash", "-c", both, "chromium", program, *FLAGS, f"--user-data-dir={profile}"],
        pass_fds=(ours, theirs),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(ours)
    os.close(theirs)
    try:
        with os.fdopen(commands, "wb", buffering=0) as down, os.fdopen(answers, "rb") as up:
            page = Page(commands=down, answers=up)
            target = page.call("Target.createTarget", url="about:blank")["targetId"]
            attached = page.call("Target.attachToTarget", targetId=target, flatten=True)
            page.session = attached["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                page.call(f"{domain}.enable")
            yield page
    finally:
        process.terminate()
        process.wait(timeout=20)
