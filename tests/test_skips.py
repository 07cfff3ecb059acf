"""In CI nothing is left out in silence."""

import os
import subprocess
import sys

import pytest

from tools.record import ROOT

SKIPPED = """
import pytest
@pytest.fixture
def browser(): pytest.skip()
def test_it_is_drawn(browser): pass
@pytest.mark.skip
def test_it_learns(): pass
"""


@pytest.mark.parametrize(("ci", "said"), [("true", "2 errors"), ("", "2 skipped")])
def test_a_skip_is_a_failure_in_ci(tmp_path, ci, said):
    (tmp_path / "test_skipped.py").write_text(SKIPPED, encoding="utf-8")
    options = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, tmp_path],
        env=os.environ | {"CI": ci, "PYTEST_ADDOPTS": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (said in done.stdout, done.returncode) == (True, int(ci == "true"))
