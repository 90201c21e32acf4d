"""`workspace/executeCommand`: check now, dismiss and restore a property, narrow and widen a domain, pause and resume, a
report as data."""

from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from refute.properties.narrowing import unusable
from refute.server.arguments import argument_of, document_named, function_named, refuse_while_paused, text_named
from refute.server.features.verdicts import function_record
from refute.server.server import RefuteServer


def register(server: RefuteServer) -> None:
    """Add the commands; pygls passes the server to them."""
    for command in (check, dismiss, restore, narrow, widen, report, pause, resume):
        server.command(f"refute.{command.__name__}")(command)


async def check(server: RefuteServer, *arguments: Any) -> None:
    """Check a document, or one function of it, whether or not it is due."""
    document = await document_named(server, arguments)
    qualnames: tuple[str, ...] = ()
    if argument_of(arguments).get("function") is not None:
        document, function = await function_named(server, arguments)
        qualnames = (function.unit.qualname,)
    refuse_while_paused(server)
    if (problem := document.view.problem) is not None:
        raise JsonRpcInvalidParams(f"nothing can be checked as long as the file has this problem: {problem}")
    server.pipeline.check(document, qualnames)


async def dismiss(server: RefuteServer, *arguments: Any) -> None:
    """The user does not mean a property."""
    document, function = await function_named(server, arguments)
    property_id = text_named("property", arguments)
    known = function.checked.verdicts if function.checked is not None else ()
    if all(verdict.property.id != property_id for verdict in known):
        raise JsonRpcInvalidParams(f"{function.unit.qualname} has no property {property_id!r}")
    await server.pipeline.dismiss(document, function, property_id)


async def restore(server: RefuteServer, *arguments: Any) -> None:
    """Undo `refute.dismiss`."""
    document, function = await function_named(server, arguments)
    await server.pipeline.restore(document, function, text_named("property", arguments))


async def narrow(server: RefuteServer, *arguments: Any) -> None:
    """The user says which inputs no caller passes."""
    document, function = await function_named(server, arguments)
    condition = text_named("condition", arguments).strip()
    problem = unusable(condition, [parameter.name for parameter in function.unit.spec.parameters])
    if problem is not None:
        raise JsonRpcInvalidParams(f"the condition cannot be used: {problem}")
    await server.pipeline.narrow(document, function, condition)


async def widen(server: RefuteServer, *arguments: Any) -> None:
    """Undo `refute.narrow`."""
    document, function = await function_named(server, arguments)
    await server.pipeline.widen(document, function, text_named("condition", arguments))


async def report(server: RefuteServer, *arguments: Any) -> dict[str, Any]:
    """What `refute/verdicts` says of one function."""
    document, function = await function_named(server, arguments)
    is_running = server.is_checking(document, function)
    return function_record(function, document.text, is_running, document.obstacle)


async def pause(server: RefuteServer, *_arguments: Any) -> None:
    """Stop checking, and cancel what runs."""
    server.scheduler.pause()


async def resume(server: RefuteServer, *_arguments: Any) -> None:
    """Check again what has become due."""
    server.scheduler.resume()
    for folder in server.folders:
        server.pipeline.reconsider(folder)
    server.pipeline.go_on()
