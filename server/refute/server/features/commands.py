"""`workspace/executeCommand`: check now, dismiss and restore a property, narrow and widen a domain, pause and resume, a
report as data."""

from collections.abc import Mapping
from typing import Any, cast

from pygls.exceptions import JsonRpcInvalidParams

from refute.properties.narrowing import unusable
from refute.server.documents import Document
from refute.server.features.verdicts import function_record
from refute.server.server import RefuteServer
from refute.server.view import FunctionView


def register(server: RefuteServer) -> None:
    """Add the commands."""
    pipeline = server.pipeline

    @server.command("refute.check")
    async def check(*arguments: Any) -> None:
        """Check a document, or one function of it, whether or not it is due."""
        document = document_named(server, arguments)
        await document.current_view()
        named = "function" in _argument(arguments)
        pipeline.check(document, (function_named(document, arguments).unit.qualname,) if named else ())

    @server.command("refute.dismiss")
    async def dismiss(*arguments: Any) -> None:
        """The user does not mean a property."""
        document = document_named(server, arguments)
        await document.current_view()
        await pipeline.dismiss(document, function_named(document, arguments), _text(arguments, "property"))

    @server.command("refute.restore")
    async def restore(*arguments: Any) -> None:
        """Undo `refute.dismiss`."""
        document = document_named(server, arguments)
        await document.current_view()
        await pipeline.restore(document, function_named(document, arguments), _text(arguments, "property"))

    @server.command("refute.narrow")
    async def narrow(*arguments: Any) -> None:
        """The user says which inputs no caller passes."""
        document = document_named(server, arguments)
        await document.current_view()
        function, condition = function_named(document, arguments), _text(arguments, "condition").strip()
        problem = unusable(condition, [parameter.name for parameter in function.unit.spec.parameters])
        if problem is not None:
            raise JsonRpcInvalidParams(f"the condition cannot be used: {problem}")
        await pipeline.narrow(document, function, condition)

    @server.command("refute.widen")
    async def widen(*arguments: Any) -> None:
        """Undo `refute.narrow`."""
        document = document_named(server, arguments)
        await document.current_view()
        await pipeline.widen(document, function_named(document, arguments), _text(arguments, "condition"))

    @server.command("refute.report")
    async def report(*arguments: Any) -> dict[str, Any]:
        """What `refute/verdicts` says of one function."""
        document = document_named(server, arguments)
        await document.current_view()
        function = function_named(document, arguments)
        is_running = server.is_checking(document, function)
        return function_record(function, document.text, is_running, document.obstacle)

    @server.command("refute.pause")
    async def pause(*_arguments: Any) -> None:
        """Stop checking, and cancel what runs."""
        server.scheduler.pause()

    @server.command("refute.resume")
    async def resume(*_arguments: Any) -> None:
        """Check again what has become due."""
        server.scheduler.resume()
        for folder in server.folders:
            pipeline.reconsider(folder)


def _argument(arguments: tuple[Any, ...]) -> Mapping[str, object]:
    if len(arguments) != 1 or not isinstance(arguments[0], Mapping):
        raise JsonRpcInvalidParams('the command takes one argument, an object like {"uri": "file:///...", ...}')
    return cast(Mapping[str, object], arguments[0])


def _text(arguments: tuple[Any, ...], name: str) -> str:
    value = _argument(arguments).get(name)
    if not isinstance(value, str):
        raise JsonRpcInvalidParams(f"the command's argument needs {name!r}, a string")
    return value


def document_named(server: RefuteServer, arguments: tuple[Any, ...]) -> Document:
    """The open document that the argument of a command names."""
    uri = _text(arguments, "uri")
    document = server.pipeline.documents.get(uri)
    if document is None:
        raise JsonRpcInvalidParams(f"{uri} is not open in the editor")
    return document


def function_named(document: Document, arguments: tuple[Any, ...]) -> FunctionView:
    """The function of `document` that the argument of a command names."""
    qualname = _text(arguments, "function")
    function = document.view.function(qualname)
    if function is None:
        raise JsonRpcInvalidParams(f"{document.uri} has no function {qualname!r}")
    return function
