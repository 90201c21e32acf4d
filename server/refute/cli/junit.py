"""`--format junit`: each function as a test case, for servers that show test results."""

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

import click

from refute.checker.analysis import FunctionReport
from refute.cli import wording
from refute.cli.checking import Done, Job, Run

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JunitOutput:
    """Collects reports and prints one XML document at the end."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """The document needs to know its totals first."""

    def add(self, done: Done) -> None:
        """The run keeps it."""

    def end(self, run: Run) -> None:
        """Print the document."""
        root = junit_document(run.done)
        ET.indent(root)
        click.echo('<?xml version="1.0" encoding="utf-8"?>')
        click.echo(ET.tostring(root, "us-ascii", xml_declaration=False).decode("ascii"))


def junit_document(done: Sequence[Done]) -> ET.Element:
    """The `testsuites` element: a suite for each file, a case for each function."""
    root = ET.Element("testsuites", name="refute")
    in_order = sorted(done, key=lambda item: (item.source.shown, item.report.unit.first_line))
    for file, group in groupby(in_order, lambda item: item.source.shown):
        reports = [item.report for item in group]
        suite = ET.SubElement(
            root,
            "testsuite",
            name=file,
            tests=str(len(reports)),
            failures=str(sum(report.verdict == "violated" for report in reports)),
            skipped=str(sum(report.verdict in ("unknown", "skipped") for report in reports)),
            time=f"{sum(report.seconds for report in reports):.3f}",
        )
        for report in reports:
            suite.append(_case(file, report))
    return root


def _case(file: str, report: FunctionReport) -> ET.Element:
    case = ET.Element(
        "testcase",
        classname=file,
        name=report.unit.qualname,
        file=file,
        line=str(report.unit.first_line + 1),
        time=f"{report.seconds:.3f}",
    )
    if violations := wording.leading(report):
        failure = ET.SubElement(case, "failure", type=violations[0].property.kind)
        failure.set("message", _clean(violations[0].property.statement))
        failure.text = _clean("\n\n".join(wording.message(report.unit, verdict) for verdict in violations))
    if report.verdict in ("unknown", "skipped"):
        ET.SubElement(case, "skipped", message=_clean(f"{report.verdict}: {report.reason}"))
    return case


def _clean(text: str) -> str:
    """`text` without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
