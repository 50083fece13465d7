"""A page in headless Chromium: typed into as a person would, and its complaints are kept."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.server.browser import evaluate
from bench.server.chromium import chromium
from bench.server.devtools import DevTools, Result

COMPLAINING = ("error", "warning", "assert")
LOADED = """new Promise((resolve) => {
    document.readyState === "complete" ? resolve() : addEventListener("load", () => resolve());
})"""
KEYS = {
    "Tab": ("Tab", 9, ""),
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    "ArrowUp": ("ArrowUp", 38, ""),
    "+": ("Equal", 187, "+"),
    "0": ("Digit0", 48, "0"),
}


class Listening(DevTools):
    """Keeps what the console says, and what is asked of a network."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(process)
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def take(self, message: Result) -> None:
        method, said = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(said["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and said["type"] in COMPLAINING:
            self.complaints.append(json.dumps(said["args"]))
        elif method == "Log.entryAdded" and said["entry"]["level"] in COMPLAINING:
            self.complaints.append(said["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(said["request"]["url"])

        super().take(message)


@dataclass(frozen=True)
class Page:
    """An open page."""

    devtools: Listening

    def __call__(self, expression: str) -> Any:
        """The value of an expression in it."""
        return evaluate(self.devtools, expression)

    def press(self, key: str, *commands: str, shift: bool = False) -> None:
        """Presses a key, and lets it go."""
        code, number, text = KEYS.get(key, (f"Digit{key}", ord(key[0]), key))
        for kind in ("keyDown" if text else "rawKeyDown", "keyUp"):
            self.devtools.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=code,
                windowsVirtualKeyCode=number,
                modifiers=8 if shift else 0,
                **({"text": text} if text and kind == "keyDown" else {}),
                **({"commands": list(commands)} if commands and kind != "keyUp" else {}),
            )

    def retype(self, text: str) -> None:
        """Types over what stands in the field that has the focus."""
        self.devtools.call(
            "Input.dispatchKeyEvent",
            type="rawKeyDown",
            key="a",
            code="KeyA",
            windowsVirtualKeyCode=65,
            modifiers=2,
            commands=["selectAll"],
        )
        for letter in text:
            self.press(letter)

    def tab_to(self, selector: str, at_most: int = 60) -> None:
        """Presses Tab until an element has the focus; fails if it never has."""
        for _ in range(at_most):
            self.press("Tab")
            if self(f"document.activeElement.matches({json.dumps(selector)})"):
                return

        raise AssertionError(f"Tab must reach {selector}, {at_most} times it did not")

    def width(self, pixels: int, *, phone: bool = False) -> None:
        """Makes the window so wide."""
        self.devtools.call(
            "Emulation.setDeviceMetricsOverride",
            width=pixels,
            height=800,
            deviceScaleFactor=1,
            mobile=phone,
        )

    def prefers(self, scheme: str) -> None:
        """Prefers light or dark."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.devtools.call("Emulation.setEmulatedMedia", features=[feature])


@contextmanager
def opened(path: Path) -> Iterator[Page]:
    """Opens a file."""
    with chromium() as own:
        devtools = Listening(own.process)
        target = devtools.call("Target.createTarget", url="about:blank")["targetId"]
        session = devtools.call("Target.attachToTarget", targetId=target, flatten=True)
        devtools.session = session["sessionId"]
        for domain in ("Inspector", "Runtime", "Log", "Network", "Page"):
            devtools.call(f"{domain}.enable")
        page = Page(devtools)
        page.width(1280)
        devtools.call("Page.navigate", url=path.as_uri())
        page(LOADED)
        yield page
