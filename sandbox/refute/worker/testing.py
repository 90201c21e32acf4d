"""Tests of the project, run with the project's own pytest on the module under test as a request has it."""

import importlib
import os
from typing import Any

from .protocol import TestRequest, TestResult, TestRun

_OPTIONS = (
    *("-q", "--no-header", "--no-summary", "--capture=no", "--assert=plain", "-o", "addopts="),
    *("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly", "-p", "no:cov"),
)
_NOTHING_RUN = 5
"""pytest's exit status where no test was collected."""


class _Listener:
    """A plugin of pytest that keeps what came of each test."""

    def __init__(self) -> None:
        self.results: dict[str, TestResult] = {}
        self.problem = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Setup, call and teardown report one by one: a failure in any of them counts."""
        name = str(report.nodeid)
        if report.failed:
            self.results[name] = TestResult(name, "failed", _last_line(report))
        elif report.skipped:
            self.results.setdefault(name, TestResult(name, "skipped"))
        elif report.when == "call":
            self.results.setdefault(name, TestResult(name, "passed"))

    def pytest_collectreport(self, report: Any) -> None:
        """A file that cannot be imported has no tests."""
        if report.failed:
            self.problem = self.problem or _last_line(report)


def run_tests(request: TestRequest) -> TestRun:
    """Carry `request` out; the module under test has been imported. Whoever started this process bounds its time."""
    try:
        pytest: Any = importlib.import_module("pytest")
    except ImportError as error:
        return TestRun((), f"pytest cannot be imported ({error})")
    listener = _Listener()
    os.environ.pop("PYTEST_ADDOPTS", None)
    root = (f"--rootdir={request.root}", f"--confcutdir={request.root}")
    status = int(pytest.main([*_OPTIONS, *root, *request.tests], plugins=[listener]))
    results = tuple(listener.results.values())
    if results or status == _NOTHING_RUN:
        return TestRun(results, listener.problem)
    return TestRun((), listener.problem or f"pytest ended with status {status}")


def _last_line(report: Any) -> str:
    lines = [line for line in str(report.longrepr).splitlines() if line.strip()]
    return lines[-1].strip()[:200] if lines else ""
