"""What the argument of a command names: an open document, a function of it, and more by name."""

from collections.abc import Mapping
from typing import Any, cast

from pygls.exceptions import JsonRpcInvalidParams

from refute.server.documents import Document
from refute.server.server import RefuteServer
from refute.server.view import FunctionView


def argument_of(arguments: tuple[Any, ...]) -> Mapping[str, object]:
    """The one argument of a command. Raises `JsonRpcInvalidParams`, as all here does, where the client sent none."""
    if len(arguments) != 1 or not isinstance(arguments[0], Mapping):
        raise JsonRpcInvalidParams('the command takes one argument, an object like {"uri": "file:///...", ...}')
    return cast(Mapping[str, object], arguments[0])


def text_named(name: str, arguments: tuple[Any, ...]) -> str:
    """The string that the argument has under `name`."""
    value = argument_of(arguments).get(name)
    if not isinstance(value, str):
        raise JsonRpcInvalidParams(f"the command's argument needs {name!r}, a string")
    return value


async def document_named(server: RefuteServer, arguments: tuple[Any, ...]) -> Document:
    """The open document that the argument names, as soon as its view is of the latest text."""
    uri = text_named("uri", arguments)
    document = server.pipeline.documents.get(uri)
    if document is None:
        raise JsonRpcInvalidParams(f"{uri} is not open in the editor")
    await document.current_view()
    return document


def refuse_while_paused(server: RefuteServer) -> None:
    """To be called before something is run."""
    if server.scheduler.paused:
        raise JsonRpcInvalidParams("Refute is paused; resume it first")


async def function_named(server: RefuteServer, arguments: tuple[Any, ...]) -> tuple[Document, FunctionView]:
    """The document that the argument names, as `document_named` has it, and the function of it."""
    document = await document_named(server, arguments)
    qualname = text_named("function", arguments)
    function = document.view.function(qualname)
    if function is None:
        raise JsonRpcInvalidParams(f"{document.uri} has no function {qualname!r}")
    return document, function
