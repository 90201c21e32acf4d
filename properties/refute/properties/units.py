"""What is under test: a document's snapshot, its functions, and what each of them promises.

These are values only. `refute.properties.parsing` makes them from source text.
"""

from dataclasses import dataclass, replace
from typing import Literal

ParameterKind = Literal["positional_only", "positional_or_keyword", "var_positional", "keyword_only", "var_keyword"]
UnitKind = Literal["function", "method", "staticmethod", "classmethod", "constructor"]
"""A constructor is `__init__`, which is called by calling its class."""


@dataclass(frozen=True)
class Snapshot:
    """The text of one document at one moment.

    `uri` names the document (`file:///...`), `version` is the editor's version number or None for a file read
    from disk, `text` keeps its own line endings.
    """

    uri: str
    version: int | None
    text: str


@dataclass(frozen=True)
class Parameter:
    """One parameter as it is written: `annotation` and `default` are Python source or None."""

    name: str
    kind: ParameterKind = "positional_or_keyword"
    annotation: str | None = None
    default: str | None = None


@dataclass(frozen=True)
class Spec:
    """All that is known of what a function should do, without its body.

    `signature` is the source of the header (`def clamp(x: int, low: int) -> int:`), decorators left out.
    `docstring` is cleaned with `inspect.cleandoc`, None where there is none. `docstring_line` is the zero-based
    line of the document where the docstring's text begins. `context` is source that a reader of the spec would
    look up: the imports, type aliases, constants, enums and classes of the module that the signature names, the
    functions and classes that the docstring mentions, and for a method its class. Functions and methods come without
    their bodies, except constructors, which tell what an instance holds. Before that, in short, are functions that it
    calls (see `refute.properties.called`).
    """

    name: str
    qualname: str
    parameters: tuple[Parameter, ...]
    returns: str | None
    docstring: str | None
    docstring_line: int | None
    signature: str
    context: str = ""


@dataclass(frozen=True)
class FunctionUnit:
    """One function or method of a document.

    `source` is the whole definition without decorators, dedented, with `\\n` line endings. `first_line` and
    `last_line` are zero-based, inclusive, and cover the `def` line to the end of the body; `name_range` is the
    zero-based line with the start and end column (in Python characters) of the name. `guards` are conditions of
    the body under which it raises at once, as source. `obstacle` says in words for users why the function cannot
    be checked ("it is a coroutine"), None where nothing is in the way. `spec_digest` covers the spec alone and
    keys all inference; `body_digest` covers the normalised syntax tree of the body and of what it calls in this
    document, so that a comment or a reformat changes nothing. What the context shows of functions that it calls is in
    neither, since what a user dismissed is kept under the spec digest. `is_property` marks the getter of a property,
    which is read rather than called. `is_allowed` says that a comment lets it be called, whatever effects it seems to
    have.
    """

    qualname: str
    kind: UnitKind
    spec: Spec
    source: str
    first_line: int
    last_line: int
    name_range: tuple[int, int, int]
    guards: tuple[str, ...]
    obstacle: str | None
    spec_digest: str
    body_digest: str
    is_property: bool = False
    is_allowed: bool = False

    @property
    def callee(self) -> str:
        """What a caller of a function writes before the arguments; for a constructor, its class."""
        return self.qualname.removesuffix(".__init__") if self.kind == "constructor" else self.qualname


def shifted(unit: FunctionUnit, lines: int) -> FunctionUnit:
    """`unit`, unchanged but for text above it that became `lines` longer."""
    if lines == 0:
        return unit
    name_line, start, end = unit.name_range
    docstring_line = unit.spec.docstring_line
    return replace(
        unit,
        spec=replace(unit.spec, docstring_line=None if docstring_line is None else docstring_line + lines),
        first_line=unit.first_line + lines,
        last_line=unit.last_line + lines,
        name_range=(name_line + lines, start, end),
    )
