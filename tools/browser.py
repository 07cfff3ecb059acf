"""Find a Chromium for the tests, or install one:

python -m tools.browser --install
"""

import os
import shutil
import subprocess
import sys

# The headless shell draws a page in little more than half of the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)


def find() -> str | None:
    """The path of a Chromium: $CHROMIUM, one on the PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            raise FileNotFoundError(
                f"CHROMIUM: expected the path of a browser, got {named!r}"
            )
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def flags() -> list[str]:
    """How the tests start it: quiet, and without a sandbox for root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    quiet = ["--disable-background-networking", "--no-first-run"]
    return [*quiet, *(["--no-sandbox"] if root else [])]


def attempts() -> list[list[list[str]]]:
    """Ways to install a Chromium here, each a list of commands."""
    ways = []
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        for package in ("chromium-headless-shell", "chromium"):
            ways.append([["apt-get", "update", "-qq"], [*install, package]])
    ways.append([[sys.executable, "-m", "playwright", "install", "chromium"]])
    return ways


def install() -> str:
    """The path of a Chromium, installed if need be; else SystemExit with advice."""
    if path := find():
        return path
    for way in attempts():
        for command in way:
            print("No Chromium found:", *command, flush=True)
            if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
                break
        if path := find():
            return path
    raise SystemExit(
        "The tests need a Chromium: none was found and none could be installed. "
        "Install Chromium or Chrome, or name one: CHROMIUM=/path/to/chromium make test"
    )


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--install"]):
        raise SystemExit(f"expected --install or nothing, got {sys.argv[1:]}")
    print("browser:", install() if sys.argv[1:] else find() or "none found")
