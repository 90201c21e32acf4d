"""Hover on a function's name: its domain, its properties with their evidence, and why it was not checked."""

from lsprotocol import types

from refute.server.server import RefuteServer
from refute.server.wording import details, plain


def register(server: RefuteServer) -> None:
    """Add the handler."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        document = server.pipeline.documents.get(params.text_document.uri)
        if document is None:
            return None
        view = await document.current_view()
        column = document.text.column(params.position)
        for function in view.functions_at(params.position.line, params.position.line):
            line, start, end = function.unit.name_range
            if line == params.position.line and start <= column <= end:
                server.pipeline.attend(document, line)
                markdown = details(function, server.is_checking(document, function), document.obstacle)
                kind = types.MarkupKind.Markdown if server.support.markdown_hover else types.MarkupKind.PlainText
                value = markdown if server.support.markdown_hover else plain(markdown)
                return types.Hover(types.MarkupContent(kind, value), document.text.range(line, start, line, end))
        return None
