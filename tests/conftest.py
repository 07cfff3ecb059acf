"""What all tests share: programs run once a session, and no silent skipping in CI."""

import os
from importlib.util import find_spec

import pytest

from tools.record import run_alone

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# As in tools/pieces.py and training.py; whichever test imports TensorFlow first.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")


def pytest_collection_modifyitems(items):
    """The snippets' tests first: the browser's then need not run a program again.

    Without TensorFlow or PyTorch their tests are skipped, in CI they fail: nothing
    hides.
    """
    items.sort(key=lambda item: "tests/site/" in item.nodeid)
    for item in items:
        # With two workers, one imports Keras and runs the programs, each of them once.
        if item.get_closest_marker("xdist_group"):
            continue
        if item.get_closest_marker("keras") or "program_runs" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("programs"))
    if os.environ.get("CI") == "true":
        return
    for item in items:
        for marker, library in {"keras": "tensorflow", "pytorch": "torch"}.items():
            if item.get_closest_marker(marker) and not find_spec(library):
                item.add_marker(pytest.mark.skip(reason=f"{library} is not installed"))


class ProgramRuns:
    """runs(name, source) -> what it prints, alone in an empty folder; once per text."""

    def __init__(self):
        self.printed = {}

    def remember(self, name, source, printed):
        self.printed[name, source.strip()] = printed

    def __call__(self, name, source):
        if (name, source.strip()) not in self.printed:
            self.remember(name, source, run_alone(name, source))
        return self.printed[name, source.strip()]


@pytest.fixture(scope="session")
def program_runs():
    return ProgramRuns()
