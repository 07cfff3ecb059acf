"""In CI nothing is left out in silence."""

import os
import subprocess
import sys

import pytest

from tools.record import ROOT

SKIPPED = """
import pytest

@pytest.fixture
def browser():
    pytest.skip("no Chromium found")

def test_it_is_drawn(browser):
    pass

@pytest.mark.skip(reason="tensorflow is not installed")
def test_it_learns():
    pass
"""


@pytest.mark.parametrize(
    ("ci", "status", "said"), [("true", 1, "2 errors"), ("", 0, "2 skipped")]
)
def test_a_skip_is_a_failure_in_ci(tmp_path, ci, status, said):
    (tmp_path / "test_skipped.py").write_text(SKIPPED, encoding="utf-8")
    options = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, tmp_path],
        env=os.environ | {"CI": ci, "PYTEST_ADDOPTS": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stdout
    assert said in done.stdout
