"""Measure the pages and the build, beside an empty page and a plain build:

    python -m tools.measure                        every page, once
    python -m tools.measure guide/gru home -n 5    medians of five runs of these

Kilobytes and requests of a first visit, milliseconds that it blocks and performance
are Lighthouse's, for a phone; times mean something beside the empty page of the same
run. The plain build is the pages' Markdown twins in the same theme, without our steps.
Lighthouse comes with npm into .cache/.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml
from tqdm import tqdm

from tools.browser import find, flags
from tools.record import ROOT
from tools.serving import served

# What the pages' Markdown needs; a plain build has no more.
PLAIN = ["attr_list", "md_in_html", "tables"]
PLAIN += [
    "admonition",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.superfences",
]
COLUMNS = ("KB", "requests", "blocking", "performance")


def from_npm(package: str) -> Path:
    """The folder of node_modules that holds it; RuntimeError says what is missing."""
    folder = ROOT / ".cache" / package
    if not (folder / "done").is_file():
        if not shutil.which("npm"):
            raise RuntimeError(f"{package} needs node and npm on the PATH")
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--ignore-scripts", package]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"npm could not install it: {done.stderr[-300:]}")
        (folder / "done").touch()
    return folder / "node_modules"


def lighthouse() -> Path:
    return from_npm("lighthouse@12.8.2") / ".bin" / "lighthouse"


def visit(address: str, browser: str) -> dict[str, float]:
    """One run of Lighthouse."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [str(lighthouse()), address, "--quiet", "--output=json"]
        command += ["--only-categories=performance", f"--output-path={report}"]
        command += [f"--chrome-flags={' '.join(['--headless', *flags()])}"]
        settings = {**os.environ, "CHROME_PATH": browser}
        done = subprocess.run(command, capture_output=True, text=True, env=settings)
        if done.returncode or not report.is_file():
            raise SystemExit(f"Lighthouse failed at {address}: {done.stderr[-500:]}")
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    audits = found["audits"]
    return {
        "KB": audits["total-byte-weight"]["numericValue"] / 1000,
        "requests": len(audits["network-requests"]["details"]["items"]),
        "blocking": audits["total-blocking-time"]["numericValue"],
        "performance": 100 * found["categories"]["performance"]["score"],
    }


def build(config: Path, site: Path) -> float:
    """Seconds that a strict build takes, in a process of its own."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict"]
    command += ["--config-file", str(config), "--site-dir", str(site)]
    subprocess.run(command, check=True, cwd=ROOT)
    return time.perf_counter() - started


def plain(folder: Path, pages: dict[str, str]) -> Path:
    """The configuration of a site of these pages in the theme, and nothing else."""
    for path, text in pages.items():
        (folder / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "docs" / path).write_text(text, encoding="utf-8")
    config = {
        "site_name": "Plain",
        "theme": {"name": "material", "font": False},
        "plugins": ["search"],
        "markdown_extensions": PLAIN,
        "validation": {"links": {"not_found": "ignore", "anchors": "ignore"}},
    }
    file = folder / "mkdocs.yml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    return file


def twins(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in site.rglob("index.md")
    }


def measured(folder: Path, names: list[str], runs: int, browser: str) -> None:
    """Print a line for each page, and how the builds compare."""
    ours, bare, empty = folder / "ours", folder / "bare", folder / "empty"
    first = build(ROOT / "mkdocs.yml", ours)
    pages = twins(ours)
    places = [path.removesuffix("index.md").rstrip("/") for path in pages]
    addresses = {place or "home": place for place in places}
    unknown = [name for name in names if name not in addresses]
    if unknown:
        raise SystemExit(f"expected pages such as guide/gru or home, got {unknown}")
    bare.mkdir()
    empty.mkdir()
    config = plain(bare, pages)
    seconds: dict[str, list[float]] = {"ours": [first], "plain": []}
    for _ in range(runs):
        seconds["plain"].append(build(config, folder / "plain"))
        seconds["ours"].append(build(ROOT / "mkdocs.yml", ours))
    build(plain(empty, {"index.md": "# Empty\n\nNothing.\n"}), folder / "none")

    print("\n" + "".join(f"{head:>13}" for head in COLUMNS) + "   page")
    for name in tqdm(["an empty page", *(names or sorted(addresses))], disable=None):
        site = folder / "none" if name == "an empty page" else ours
        place = addresses.get(name, "")
        with served(site) as base:
            address = base + (f"{place}/" if place else "")
            found = [visit(address, browser) for _ in range(runs)]
        values = [statistics.median(one[column] for one in found) for column in COLUMNS]
        tqdm.write("".join(f"{value:13,.0f}" for value in values) + f"   {name}")
    ratio = min(seconds["ours"]) / min(seconds["plain"])
    print(f"\nA strict build takes {ratio:.2f} times a plain one of the same text.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure pages and build.")
    parser.add_argument("pages", nargs="*", help="such as guide/gru or home: all")
    parser.add_argument("-n", "--runs", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error(f"--runs: expected 1 or more, got {arguments.runs}")
    browser = find()
    if browser is None:
        raise SystemExit("No browser: python -m tools.browser --install")
    try:
        lighthouse()
    except RuntimeError as error:
        raise SystemExit(str(error)) from None
    with tempfile.TemporaryDirectory() as folder:
        measured(Path(folder), arguments.pages, arguments.runs, browser)


if __name__ == "__main__":
    main()
