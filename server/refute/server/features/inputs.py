"""The command `refute.inputs`: the inputs that one function is tried on, since a check is judged by them."""

from typing import Any

from refute.checker.records import domain_record, survey_record
from refute.server.arguments import function_named, refuse_while_paused
from refute.server.server import RefuteServer
from refute.worker.protocol import Survey

COMMAND = "refute.inputs"
NO_DOMAIN = "the function was not checked yet, so it is not known what it may be called with"


def register(server: RefuteServer) -> None:
    """Add the command."""
    server.command(COMMAND)(inputs)


async def inputs(server: RefuteServer, *arguments: Any) -> dict[str, Any]:
    """Call the function as a check does, and return what it was called with, as `docs/lsp.md` describes it."""
    document, function = await function_named(server, arguments)
    snapshot = document.view.snapshot
    refuse_while_paused(server)
    checking = await document.folder.checking()
    domain = function.report.domain if function.report is not None else None
    reason = function.unit.obstacle or document.obstacle or (function.report and function.report.reason)
    survey = Survey(detail=reason or NO_DOMAIN)
    if domain is not None and checking is not None and document.obstacle is None:
        survey = await checking.survey(snapshot, function.unit, domain)
    return {
        "function": function.unit.qualname,
        "version": snapshot.version,
        "domain": None if domain is None else domain_record(domain),
    } | survey_record(survey)
