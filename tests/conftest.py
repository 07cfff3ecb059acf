"""What all tests share: one order, and no silent skipping in CI."""

import os
from importlib.util import find_spec

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# As in tools/pieces.py and training.py; whichever test imports TensorFlow first.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """The snippets' tests first, which run longest; those of a library that is not here
    are skipped.
    """
    items.sort(key=lambda item: "tests/site/" in item.nodeid)
    for item in items:
        # Of two workers, one imports the libraries and runs the programs.
        if item.get_closest_marker("xdist_group"):
            continue
        if item.get_closest_marker("keras") or item.get_closest_marker("pytorch"):
            item.add_marker(pytest.mark.xdist_group("programs"))
    for item in items:
        for marker, library in {"keras": "tensorflow", "pytorch": "torch"}.items():
            if item.get_closest_marker(marker) and not find_spec(library):
                item.add_marker(pytest.mark.skip(reason=f"{library} is not installed"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """In CI a test that is skipped has failed: nothing hides."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
    return report
