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


def agreed(question: str) -> bool:
    """Whoever sits at a terminal is asked; a machine that builds is not."""
    if not sys.stdin.isatty() or os.environ.get("CI") == "true":
        return True
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def apt_get(packages: list[str]) -> bool:
    """Install system packages, having said so; False if that is not possible here."""
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    print("For this whole machine:", *command, flush=True)
    if not agreed("Run it?"):
        return False
    commands = (["apt-get", "update", "-qq"], command)
    return not any(
        subprocess.run(one, stdout=subprocess.DEVNULL).returncode for one in commands
    )


def install() -> str:
    """The path of a Chromium, installed if need be; else SystemExit with advice."""
    if path := find():
        return path
    print("The tests need a Chromium, and none was found.", flush=True)
    for package in ("chromium-headless-shell", "chromium"):
        if apt_get([package]) and (path := find()):
            return path
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    print("For this user, into Playwright's cache:", *command[1:], flush=True)
    if agreed("Run it?"):
        subprocess.run(command, stdout=subprocess.DEVNULL)
        if path := find():
            return path
    raise SystemExit(
        "The tests need a Chromium: none was found and none was installed. "
        "Install Chromium or Chrome, or name one: CHROMIUM=/path/to/chromium make test"
    )


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--install"]):
        raise SystemExit(f"expected --install or nothing, got {sys.argv[1:]}")
    print("browser:", install() if sys.argv[1:] else find() or "none found")
