"""A line above each function: what its properties say. A click checks it again."""

from lsprotocol import types

from refute.server.documents import Document
from refute.server.pacing import Paced
from refute.server.server import RefuteServer
from refute.server.wording import summary


def register(server: RefuteServer) -> None:
    """Add the handler, and ask the client to look again when the words change."""
    answered: dict[str, list[str]] = {}

    def words(document: Document) -> list[str]:
        obstacle = document.obstacle
        return [summary(f, server.is_checking(document, f), obstacle) for f in document.view.functions]

    def forget(document: Document) -> None:
        answered.pop(document.uri, None)

    def refresh() -> None:
        if not server.support.lens_refresh:
            return
        documents = server.pipeline.documents
        stale = [uri for uri, old in answered.items() if uri in documents and old != words(documents[uri])]
        for uri in stale:
            del answered[uri]
        if stale:
            server.ask(server.workspace_code_lens_refresh_async(None), "to refresh code lenses")

    pace = Paced(refresh)
    server.pipeline.on_view.append(lambda _: pace.ask())
    server.pipeline.on_close.append(forget)
    server.on_queue.append(pace.ask)
    server.on_end.append(pace.cancel)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        document = server.pipeline.documents.get(params.text_document.uri)
        if document is None:
            return []
        view = await document.current_view()
        answered[document.uri] = words(document)
        lenses: list[types.CodeLens] = []
        for function, title in zip(view.functions, answered[document.uri], strict=True):
            line, start, end = function.unit.name_range
            argument = {"uri": document.uri, "function": function.unit.qualname}
            command = types.Command(title, "refute.check", arguments=[argument])
            lenses.append(types.CodeLens(document.text.range(line, start, line, end), command, data=argument))
        return lenses
