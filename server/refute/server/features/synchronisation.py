"""What the editor does with documents. These handlers are plain functions, so that edits are taken in their order."""

from lsprotocol import types

from refute.server.server import RefuteServer

PYTHON_FILES = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*.py"), scheme="file")]
)


def register(server: RefuteServer) -> None:
    """Add the handlers."""
    pipeline = server.pipeline
    foreign: set[str] = set()
    """Open documents that are not Python."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.begin()  # some clients never say that they are initialized
        document = params.text_document
        if document.language_id == "python" or document.uri.endswith(".py"):
            pipeline.open(document.uri, document.version, document.text, server.encoding)
        else:
            foreign.add(document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        if document.uri not in foreign:
            pipeline.change(document.uri, document.version, tuple(params.content_changes))

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        pipeline.save(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        foreign.discard(params.text_document.uri)
        pipeline.close(params.text_document.uri)
