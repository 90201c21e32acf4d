"""`--format sarif`: SARIF 2.1.0, which code scanning services read."""

import json
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import click

from refute.cli import wording
from refute.cli.checking import Done, Job, Run
from refute.cli.jsonl import lsp_range
from refute.properties.positions import LineIndex
from refute.repair.fix import Fix


class SarifOutput:
    """Collects reports and prints one log at the end."""

    def begin(self, jobs: Sequence[Job]) -> None:
        """The log needs to know all rules first."""

    def add(self, done: Done) -> None:
        """The run keeps it."""

    def end(self, run: Run) -> None:
        """Print the log."""
        click.echo(json.dumps(sarif_log(run.done, complete=run.exit_status in (0, 1)), indent=1))


def sarif_log(done: Sequence[Done], *, complete: bool) -> dict[str, Any]:
    """The log of one run; `complete` says whether all that was asked for was checked."""
    in_order = sorted(done, key=lambda item: (item.source.shown, item.report.unit.first_line))
    results = [result for item in in_order for result in _results(item)]
    driver = {
        "name": "Refute",
        "version": version("refute"),
        "rules": [{"id": rule} for rule in sorted({result["ruleId"] for result in results})],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "utf16CodeUnits",
                "invocations": [{"executionSuccessful": complete}],
                "results": results,
            }
        ],
    }


def _results(done: Done) -> Iterator[dict[str, Any]]:
    report, uri = done.report, quote(done.source.shown)
    for number, verdict in enumerate(wording.leading(report)):
        line, start, end = report.unit.name_range
        claim = verdict.property
        result: dict[str, Any] = {
            "ruleId": claim.kind,
            "level": "warning",
            "message": {"text": wording.message(report.unit, verdict)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": uri},
                        "region": {"startLine": line + 1, "startColumn": start + 1, "endColumn": end + 1},
                    },
                    "logicalLocations": [{"fullyQualifiedName": report.unit.qualname, "kind": "function"}],
                }
            ],
            "partialFingerprints": {"refuteProperty/v1": f"{report.unit.qualname}:{claim.id}"},
            "rank": round(100 * verdict.confidence, 1),
        }
        if claim.spec_line is not None:
            place = {"artifactLocation": {"uri": uri}, "region": {"startLine": claim.spec_line + 1}}
            text = f"rests on {wording.evidence(claim)}"
            result["relatedLocations"] = [{"physicalLocation": place, "message": {"text": text}}]
        if number == 0 and report.fixes:
            result["fixes"] = [_fix(uri, LineIndex(done.source.text), report.fixes[0])]
        yield result


def _fix(uri: str, index: LineIndex, fix: Fix) -> dict[str, Any]:
    replacements: list[dict[str, Any]] = []
    for edit in fix.edits:
        places = lsp_range(index, edit)
        region = {
            "startLine": places["start"]["line"] + 1,
            "startColumn": places["start"]["character"] + 1,
            "endLine": places["end"]["line"] + 1,
            "endColumn": places["end"]["character"] + 1,
        }
        replacements.append({"deletedRegion": region, "insertedContent": {"text": edit.text}})
    return {
        "description": {"text": f"{fix.title} ({wording.checked(fix)})"},
        "artifactChanges": [{"artifactLocation": {"uri": uri}, "replacements": replacements}],
    }
