"""What code actions change, as the client can take it."""

import hashlib
import re
from pathlib import Path

from lsprotocol import types

from refute.checker.analysis import Verdict
from refute.checker.modules import module_source
from refute.properties.rendering import render_test
from refute.repair.fix import Edit, Fix
from refute.server.documents import Document
from refute.server.support import Support
from refute.server.view import FunctionView


def fix_identity(fix: Fix) -> str:
    """Names a fix of a function, for as long as it is the same."""
    return hashlib.sha256(fix.source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def fix_edit(fix: Fix, document: Document, support: Support) -> types.WorkspaceEdit:
    """Make a fix in the document as it is now."""
    return _document_edit(fix.edits, document, support)


def directive_edit(function: FunctionView, word: str, document: Document, support: Support) -> types.WorkspaceEdit:
    """Put the comment `# refute: <word>` on a line of its own above the `def` of a function."""
    line = function.unit.first_line
    column = len(document.text.line(line)) - len(document.text.line(line).lstrip())
    indent = document.text.line(line)[:column]
    return _document_edit((Edit(line, 0, line, 0, f"{indent}# refute: {word}\n"),), document, support)


def _document_edit(changes: tuple[Edit, ...], document: Document, support: Support) -> types.WorkspaceEdit:
    """Edits of a document, with its own line endings."""
    text = document.text
    edits = [
        types.TextEdit(
            text.range(edit.start_line, edit.start_column, edit.end_line, edit.end_column),
            edit.text.replace("\r\n", "\n").replace("\n", text.newline),
        )
        for edit in changes
    ]
    if not support.versioned_edits:
        return types.WorkspaceEdit(changes={document.uri: edits})
    identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, edits)])


def kept_test_path(function: FunctionView, verdict: Verdict, document: Document) -> Path | None:
    """The file that keeps a property as a test; None for a document that is no file."""
    if document.path is None:
        return None
    folder = document.folder.path / document.folder.settings.tests
    words = (document.path.stem, function.unit.qualname, verdict.property.id)
    return folder / ("test_" + "_".join(re.sub(r"\W+", "_", word).strip("_").lower() for word in words) + ".py")


def kept_test_edit(
    function: FunctionView, verdict: Verdict, document: Document, support: Support
) -> types.WorkspaceEdit:
    """Write the test file of a property. Raises `ValueError`, with a message for users, where there can be none."""
    path, report = kept_test_path(function, verdict, document), function.report
    if document.path is None or path is None or report is None or report.domain is None:
        raise ValueError("the function has no file, or no inputs are known for it, so no test can be written")
    module = module_source(document.path, document.text.content, document.folder.path)
    counterexample = verdict.counterexample.arguments if verdict.counterexample is not None else None
    text = render_test(function.unit, module.name, verdict.property, report.domain, counterexample)
    uri, start = path.as_uri(), types.Position(0, 0)
    insertion = types.TextEdit(types.Range(start, start), text)
    if not (support.versioned_edits and support.create_files):
        return types.WorkspaceEdit(changes={uri: [insertion]})
    creation = types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True))
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri, None)
    return types.WorkspaceEdit(document_changes=[creation, types.TextDocumentEdit(identifier, [insertion])])
