"""Chromium, Firefox and WebKit behind the same few verbs, for
tests/site/test_engines.py.

Chromium comes through Playwright, WebKit (WebKitGTK's small browser, on a screen that
Xvfb pretends) through Selenium, Firefox through WebDriver BiDi without a driver.

    python -m tools.engines              what of it is on this machine
    python -m tools.engines --install    installs what is missing, by apt-get
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools import browser

PACKAGES = {
    "firefox": ["firefox-esr"],
    "webkit": ["webkit2gtk-driver", "xvfb"],
}
PATIENCE = 20  # seconds until something that a page does must have happened
ENTER, TAB, ESCAPE = "\ue007", "\ue004", "\ue00c"
LEFT, RIGHT, CONTROL = "\ue012", "\ue014", "\ue009"
NAMED = {ENTER: "Enter", TAB: "Tab", ESCAPE: "Escape"}  # as Playwright calls them
NAMED |= {LEFT: "ArrowLeft", RIGHT: "ArrowRight"}


class Engine:
    """A window. `run` gives what the body of an async function returns."""

    name: str

    def go(self, address: str) -> None:
        raise NotImplementedError

    def run(self, script: str) -> Any:
        raise NotImplementedError

    def press(self, keys: str, control: bool = False) -> None:
        """Letters, or the named keys above, one after the other."""
        raise NotImplementedError

    def point(self, x: float, y: float) -> None:
        """Press the mouse there."""
        raise NotImplementedError

    def resize(self, width: int, height: int) -> None:
        raise NotImplementedError

    def click(self, selector: str) -> None:
        """What a person does: bring it into view, and press on its middle."""
        x, y = self.run(f"""
            const one = document.querySelector({json.dumps(selector)});
            one.scrollIntoView({{ block: "center", behavior: "instant" }});
            await new Promise((done) => setTimeout(done, 200));
            const box = one.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];""")
        self.point(x, y)

    def until(self, expression: str) -> Any:
        """Wait until a JavaScript expression is true of the page, and give it."""
        end, why = time.monotonic() + PATIENCE, ""
        while time.monotonic() < end:
            try:
                if found := self.run(f"return {expression};"):
                    return found
            except Exception as error:  # such as: the page is just being left
                why = f" ({error})"
            time.sleep(0.1)
        raise AssertionError(f"{self.name}: expected to become true: {expression}{why}")


class Chromium(Engine):
    name = "chromium"

    def __init__(self, page: Any) -> None:
        self.page = page

    def go(self, address: str) -> None:
        self.page.goto(address)

    def run(self, script: str) -> Any:
        return self.page.evaluate(f"async () => {{ {script} }}")

    def press(self, keys: str, control: bool = False) -> None:
        for key in keys:
            name = NAMED.get(key, key)
            self.page.keyboard.press(f"Control+{name}" if control else name)

    def point(self, x: float, y: float) -> None:
        self.page.mouse.click(x, y)

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})


class Firefox(Engine):
    name = "firefox"

    def __init__(self, socket: Any) -> None:
        self.socket, self.sent = socket, 0
        self.send("session.new", capabilities={})
        # The first tab never has the focus.
        self.window = self.send("browsingContext.create", type="tab")["context"]

    def send(self, method: str, **params: Any) -> Any:
        self.sent += 1
        message = {"id": self.sent, "method": method, "params": params}
        self.socket.send(json.dumps(message))
        while (answer := json.loads(self.socket.recv())).get("id") != self.sent:
            pass  # an event
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]

    def go(self, address: str) -> None:
        where = {"context": self.window, "url": address, "wait": "complete"}
        self.send("browsingContext.navigate", **where)

    def run(self, script: str) -> Any:
        told = f"JSON.stringify(await (async () => {{ {script} }})())"
        done = self.send(
            "script.evaluate",
            expression=f"(async () => {told})()",
            target={"context": self.window},
            awaitPromise=True,
            userActivation=True,
        )
        if done["type"] == "exception":
            raise RuntimeError(done["exceptionDetails"]["text"])
        return json.loads(done["result"].get("value", "null"))

    def act(self, kind: str, actions: list[dict[str, Any]]) -> None:
        source = {"type": kind, "id": kind, "actions": actions}
        self.send("input.performActions", context=self.window, actions=[source])

    def press(self, keys: str, control: bool = False) -> None:
        strokes = [
            {"type": f"key{way}", "value": key}
            for key in keys
            for way in ("Down", "Up")
        ]
        if control:
            held = [{"type": f"key{way}", "value": CONTROL} for way in ("Down", "Up")]
            strokes = [held[0], *strokes, held[1]]
        self.act("key", strokes)

    def point(self, x: float, y: float) -> None:
        move = {"type": "pointerMove", "x": round(x), "y": round(y)}
        pressed = [{"type": f"pointer{way}", "button": 0} for way in ("Down", "Up")]
        self.act("pointer", [move, *pressed])

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self.send("browsingContext.setViewport", context=self.window, viewport=size)


class WebKit(Engine):
    name = "webkit"

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        driver.set_script_timeout(PATIENCE)

    def go(self, address: str) -> None:
        self.driver.get(address)

    def run(self, script: str) -> Any:
        return self.driver.execute_script(f"return (async () => {{ {script} }})()")

    def press(self, keys: str, control: bool = False) -> None:
        from selenium.webdriver import ActionChains

        chain = ActionChains(self.driver)
        if control:
            chain.key_down(CONTROL).send_keys(keys).key_up(CONTROL)
        else:
            chain.send_keys(keys)
        chain.perform()

    def point(self, x: float, y: float) -> None:
        from selenium.webdriver.common.actions.action_builder import ActionBuilder

        builder = ActionBuilder(self.driver)
        builder.pointer_action.move_to_location(round(x), round(y)).click()
        builder.perform()

    def resize(self, width: int, height: int) -> None:
        self.driver.set_window_size(width, height)


@contextmanager
def started(*command: str, seen: str, **options: Any) -> Iterator[str]:
    """A program that runs as long as the block, and what it printed of `seen`."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    assert process.stdout
    try:
        found = next(filter(None, (re.search(seen, line) for line in process.stdout)))
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield found[1]
    finally:
        process.kill()
        process.wait()


@contextmanager
def chromium() -> Iterator[Engine]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path, flags = browser.find(), browser.flags()
        window = playwright.chromium.launch(executable_path=path, args=flags)
        yield Chromium(window.new_page())
        window.close()


@contextmanager
def firefox() -> Iterator[Engine]:
    import websocket

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [str(fox()), "--headless", "--no-remote", "--profile", profile]
        command += ["--remote-debugging-port", "0"]
        with started(*command, seen=r"BiDi listening on (ws://\S+)") as address:
            socket = websocket.create_connection(
                f"{address}/session", timeout=60, suppress_origin=True
            )
            yield Firefox(socket)
            socket.close()


@contextmanager
def webkit() -> Iterator[Engine]:
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.service import Service

    screen = ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1200x24"]
    with started(*screen, seen=r"^(\d+)$") as display:
        options = webdriver.WebKitGTKOptions()
        options.binary_location = str(mini_browser())
        options.add_argument("--automation")
        settings = {**os.environ, "DISPLAY": f":{display}"}
        if os.geteuid() == 0:
            settings["WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"] = "1"
        service = Service(shutil.which("WebKitWebDriver"), env=settings)
        driver = webdriver.WebKitGTK(options=options, service=service)
        yield WebKit(driver)
        driver.quit()


ENGINES = {"chromium": chromium, "firefox": firefox, "webkit": webkit}


def fox() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


def mini_browser() -> Path | None:
    return next(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"), None)


def missing() -> list[str]:
    """The engines that this machine lacks."""
    here = {
        "chromium": browser.find(),
        "firefox": fox(),
        "webkit": shutil.which("WebKitWebDriver")
        and shutil.which("Xvfb")
        and mini_browser(),
    }
    return [name for name, found in here.items() if not found]


def install() -> None:
    browser.install()
    packages = [one for name in missing() for one in PACKAGES[name]]
    if packages:
        browser.apt_get(packages)
    if lacking := missing():
        raise SystemExit(
            f"make engines lacks {', '.join(lacking)}: on Debian, "
            f"apt install {' '.join(packages)}; elsewhere it cannot run"
        )


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--install"]):
        raise SystemExit(f"expected --install or nothing, got {sys.argv[1:]}")
    if sys.argv[1:]:
        install()
    print("missing:", *missing() or ["none"])
