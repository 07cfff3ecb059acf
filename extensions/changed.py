"""When each page was last changed, by the history of the repository."""

import subprocess
from pathlib import Path


def changed(root: Path) -> dict[str, str]:
    """Dates, as 2026-11-28, by path below root; none without a history, or with one
    that was cut short, whose oldest commit would date everything.
    """
    git = ["git", "-C", str(root), "-c", "core.quotePath=off"]
    try:
        shallow = run([*git, "rev-parse", "--is-shallow-repository"]).strip()
        if shallow != "false":
            return {}
        log = run([*git, "log", "--format=%x00%cs", "--name-only", "--", "docs"])
    except (OSError, subprocess.CalledProcessError):
        return {}
    dates: dict[str, str] = {}
    for commit in log.split("\0")[1:]:  # the newest first
        date, *paths = commit.split("\n")
        for path in filter(None, paths):
            dates.setdefault(path, date)
    return dates


def run(command: list[str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout
