"""In CI nothing is left out in silence, and nothing is published untested."""

import os
import re
import subprocess
import sys

import pytest
import yaml

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
    assert said in done.stdout
    assert bool(done.returncode) == (ci == "true")


def test_what_is_published_was_tested_and_only_that_job_may():
    path = ROOT / ".github" / "workflows" / "site.yml"
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    jobs = workflow["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert jobs["publish"]["needs"] == "test"
    assert "make test PYTHON=python" in [s.get("run") for s in jobs["test"]["steps"]]
    assert workflow["permissions"] == {"contents": "read"}
    assert [name for name in jobs if "permissions" in jobs[name]] == ["publish"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert all(re.search(r"@[0-9a-f]{40}$", one) for one in used)
    clones = [step for step in steps if "actions/checkout@" in step.get("uses", "")]
    assert all(one["with"]["persist-credentials"] is False for one in clones)
