"""What the client on the other side can do. Who declares nothing gets the plain form of everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from lsprotocol import types
from pygls.capabilities import get_capability


@dataclass(frozen=True)
class Support:
    """The capabilities that change what is sent."""

    configuration: bool = False
    configuration_registration: bool = False
    progress: bool = False
    related_information: bool = False
    pull_diagnostics: bool = False
    diagnostics_refresh: bool = False
    lazy_edits: bool = False
    versioned_edits: bool = False
    create_files: bool = False
    lens_refresh: bool = False
    markdown_hover: bool = False
    applies_edits: bool = False

    @classmethod
    def of(cls, params: types.InitializeParams) -> "Support":
        """Read off an `initialize` request.

        A client that can pull diagnostics usually shows what is pushed, too, and so would show everything twice: unless
        it says that it knows no pushed ones, it must ask to pull, with `initializationOptions.diagnostics = "pull"`.
        """
        client = params.capabilities

        def can(path: str) -> bool:
            return get_capability(cast(Any, client), path, False) is True

        def names(path: str) -> frozenset[str]:
            found = get_capability(cast(Any, client), path, ())
            return frozenset(str(getattr(name, "value", name)) for name in found or ())

        documents = client.text_document
        only_pulls = (
            documents is not None and documents.publish_diagnostics is None and documents.diagnostic is not None
        )
        return cls(
            configuration=can("workspace.configuration"),
            configuration_registration=can("workspace.did_change_configuration.dynamic_registration"),
            progress=can("window.work_done_progress"),
            related_information=can("text_document.publish_diagnostics.related_information"),
            pull_diagnostics=only_pulls or initialization_options(params).get("diagnostics") == "pull",
            diagnostics_refresh=can("workspace.diagnostics.refresh_support"),
            lazy_edits="edit" in names("text_document.code_action.resolve_support.properties"),
            versioned_edits=can("workspace.workspace_edit.document_changes"),
            create_files="create" in names("workspace.workspace_edit.resource_operations"),
            lens_refresh=can("workspace.code_lens.refresh_support"),
            applies_edits=can("workspace.apply_edit"),
            markdown_hover="markdown" in names("text_document.hover.content_format"),
        )


def initialization_options(params: types.InitializeParams) -> Mapping[str, object]:
    """The `initializationOptions` of the client, empty where they are no object."""
    return json_object(params.initialization_options)


def json_object(value: object) -> Mapping[str, object]:
    """A value from the client as an object, empty where it is something else."""
    return cast(Mapping[str, object], value) if isinstance(value, Mapping) else {}
