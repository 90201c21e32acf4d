"""Docstrings as structure: parameters, returns, exceptions and sentences, each with its line in the document.

Google, NumPy and Sphinx sections are read by docstring-parser, plain sentences here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import docstring_parser
from docstring_parser.common import DocstringStyle

from refute.properties.units import Spec


@dataclass(frozen=True)
class DocumentedParameter:
    """What a docstring says of one parameter; `type` is in the author's words ("list of int, optional")."""

    name: str
    type: str | None
    description: str


@dataclass(frozen=True)
class DocumentedException:
    """An exception that a docstring speaks of. `condition` is the author's text ("if n is negative"), "" where
    there is none; `line` the zero-based line of the document. `is_plain` says that it is promised, and that nothing
    stands around it that the condition leaves out ("never raises", "with strict=True, raises")."""

    exception: str
    condition: str
    line: int | None
    is_plain: bool = True


@dataclass(frozen=True)
class Sentence:
    """A sentence of a docstring on one line, with the zero-based line of the document where it begins.

    `section` is the header it stands under, in lower case ("returns"), "" outside sections.
    """

    text: str
    line: int
    section: str = ""


@dataclass(frozen=True)
class Docstring:
    """All that is read from the docstring of a spec, examples apart (see `refute.properties.docstring_examples`)."""

    parameters: tuple[DocumentedParameter, ...] = ()
    returns_type: str | None = None
    returns: str = ""
    exceptions: tuple[DocumentedException, ...] = ()
    sentences: tuple[Sentence, ...] = ()

    def parameter(self, name: str) -> DocumentedParameter | None:
        """What is said of the parameter `name`."""
        return next((p for p in self.parameters if p.name == name), None)


_SECTION = re.compile(r"^(Args|Arguments|Parameters|Params|Keyword Args|Other Parameters|Raises|Returns|Yields):\s*$")
_SUMMARY = "Summary.\n\n"  # a docstring must not begin with a section
_UNDERLINE = re.compile(r"^\s*(-{3,}|={3,}|~{3,})\s*$")
_HEADER = re.compile(
    r"^\s*(?:(?:Other |Keyword )?(?:Args|Arguments|Parameters|Params)|Returns?|Yields?|Raises|Notes?|Attributes|"
    r"See Also|References|Warn(?:ing)?s?|Constraints?|Restrictions?|Input|Output|Explanation|"
    r"(?:For )?Examples?(?: \d+)?|Usage|Task|Variables|Todo|Assumptions?|Preconditions?|Requires|Complexity)\s*:?\s*$",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^\s*:([a-z]+)")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+|^\s*:[a-z]+[^:]*:|^\s*\*{0,2}`{0,2}\w+`{0,2}\s*(?:\([^)]*\))?\s*:\s")
_SENTENCE_END = re.compile(r"(?<=[^\d\s][.!?])\s+(?=[A-Za-z\"'`(\[*])")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf|resp|approx|incl|no|max|min)\.$", re.IGNORECASE)
_EXCEPTION = r"`{0,2}(?P<exception>[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|StopIteration))`{0,2}"
_RAISES = re.compile(
    rf"\b[Rr]aises?\s+(?:an?\s+|the\s+)?{_EXCEPTION}(?:\s+(?:exception|error))?,?\s*"
    r"(?P<condition>(?:if|when|whenever|unless|for|on)\b.*)?",
)
_RAISED = re.compile(rf"{_EXCEPTION}\s+(?:is|will be|gets)\s+raised\s+(?P<condition>(?:if|when|unless|for|on)\b.*)")
_IF_RAISES = re.compile(
    rf"\b(?P<condition>[Ii]f\b[^.;]*?),?\s+(?:it\s+|we\s+|then\s+)?raises?\s+(?:an?\s+)?{_EXCEPTION}"
)
_SPOKEN = (_IF_RAISES, _RAISES, _RAISED)
_BEFORE = (
    r"(?:returns?\b[^,;:]*[,;]\s+)?(?:(?:and|or)\s+)?(?:an?\s+|(?:(?:it|this|the (?:function|method))\s+)?(?:will\s+)?)"
)
"""What may stand before a promise and leaves it as it is ("Return the root, or", "It will")."""
_PLAIN = tuple(re.compile(rf"(?i:{_BEFORE})(?:{pattern.pattern})(?:\s+(?:exception|error))?") for pattern in _SPOKEN)
_OF_THE_WHOLE = frozenset({"", "raises", "return", "returns", "note", "notes"})
"""Sections whose sentences are about every call; one about a parameter may be about one value of it alone."""


def read_docstring(spec: Spec) -> Docstring:
    """Read the docstring of `spec`; without one, everything is empty."""
    if not spec.docstring or spec.docstring_line is None:
        return Docstring()
    sentences = tuple(_sentences(spec.docstring, spec.docstring_line))
    parts = [part for part in _parsed_parts(spec.docstring) if part is not None]
    parameters = {name: p for part in parts for name, p in _parameters(part)}
    returns = next((part.returns for part in parts if part.returns), None)
    return Docstring(
        parameters=tuple(parameters.values()),
        returns_type=returns.type_name if returns else None,
        returns=_one_line(returns.description if returns else None),
        exceptions=tuple(_exceptions(parts, sentences, spec)),
        sentences=sentences,
    )


def promise_in(sentence: Sentence) -> re.Match[str] | None:
    """The exception of a sentence that says when it is raised, and nothing else."""
    text = sentence.text.rstrip(" .")
    matches = (pattern.fullmatch(text) for pattern in _PLAIN if sentence.section in _OF_THE_WHOLE)
    return next(filter(None, matches), None)


def _parsed_parts(text: str) -> Iterator[docstring_parser.Docstring | None]:
    """The docstring as a whole, or section by section where one malformed section would hide the others."""
    sections = list(_google_sections(text))
    if not sections:
        yield _parsed(text, DocstringStyle.AUTO)
    for section in sections:
        whole = _parsed(f"{_SUMMARY}{section}", DocstringStyle.GOOGLE)
        if whole is None:
            header, *lines = section.split("\n")
            entries = [line for line in lines if ":" in line or line.startswith(" " * 6)]
            whole = _parsed("\n".join((f"{_SUMMARY}{header}", *entries)), DocstringStyle.GOOGLE)
        yield whole


def _parsed(text: str, style: DocstringStyle) -> docstring_parser.Docstring | None:
    try:
        return docstring_parser.parse(text, style=style)
    except (docstring_parser.ParseError, ValueError, IndexError, KeyError, AttributeError, TypeError):
        return None  # the parser breaks in several ways on texts of no known form


def _google_sections(text: str) -> Iterator[str]:
    current: list[str] = []
    for line in text.split("\n"):
        if _SECTION.match(line):
            if current:
                yield "\n".join(current)
            current = [line]
        elif current and (line.startswith((" ", "\t")) or not line.strip()):
            current.append(line)
        elif current:
            yield "\n".join(current)
            current = []
    if current:
        yield "\n".join(current)


def _parameters(parsed: docstring_parser.Docstring) -> Iterator[tuple[str, DocumentedParameter]]:
    for parameter in parsed.params:
        for raw in (parameter.arg_name or "").split(","):  # NumPy documents `a, b : int` together
            name = raw.strip().strip("`").lstrip("*")
            if name.isidentifier():
                yield name, DocumentedParameter(name, parameter.type_name, _one_line(parameter.description))


def _exceptions(
    parts: list[docstring_parser.Docstring], sentences: tuple[Sentence, ...], spec: Spec
) -> Iterator[DocumentedException]:
    seen = set[tuple[str, str]]()
    for part in parts:
        for raised in part.raises:
            if raised.args[:1] == ["warns"]:
                continue
            name = (raised.type_name or "").strip("`: ").removeprefix("exc:`")
            condition = _one_line(raised.description)
            if name and re.fullmatch(r"[\w.]+", name) and (name, condition) not in seen:
                seen.add((name, condition))
                yield DocumentedException(name, condition, _line_of(name, condition, spec))
    if seen:
        return
    for sentence in sentences:
        plain = promise_in(sentence)
        found = plain or next(filter(None, (pattern.search(sentence.text) for pattern in _SPOKEN)), None)
        if found:
            condition = (found.group("condition") or "").strip(" .,")
            yield DocumentedException(found.group("exception"), condition, sentence.line, plain is not None)


def _line_of(name: str, condition: str, spec: Spec) -> int | None:
    """The line of the document that speaks of an exception: the one with its condition, else with its name."""
    lines = (spec.docstring or "").split("\n")
    start = spec.docstring_line or 0
    words = condition.split()[:4]
    matching = [i for i, line in enumerate(lines) if name in line]
    close = [i for i in matching if all(word in " ".join(lines[i : i + 2]) for word in words)]
    if not matching:
        return None
    found = (close or matching)[0]
    is_header = bool(close and words) and words[0] not in lines[found].partition(name)[2]
    return start + found + is_header


def _sentences(text: str, first_line: int) -> Iterator[Sentence]:
    """The sentences of `text`, without examples, headers and rules."""
    paragraph: list[tuple[int, str]] = []
    section, indent, in_example = "", 0, False
    lines = text.split("\n")
    for number, line in enumerate(lines):
        stripped, left = line.strip(), len(line) - len(line.lstrip())
        header = _HEADER.match(line)
        in_example = stripped.startswith(">>>") or (in_example and bool(stripped))
        is_text = bool(stripped) and not in_example and not header and not _UNDERLINE.match(line)
        if paragraph and (not is_text or _ITEM.match(line)):
            yield from _split(paragraph, section)
            paragraph = []
        if header:
            underlined = number + 1 < len(lines) and _UNDERLINE.match(lines[number + 1])
            section, indent = stripped.rstrip(":").lower(), left - 1 if underlined else left
        elif is_text:
            if field := _FIELD.match(line):
                section = {"param": "parameters", "type": "parameters"}.get(field.group(1), field.group(1))
            elif left <= indent:
                section = ""
            paragraph.append((first_line + number, stripped))
    if paragraph:
        yield from _split(paragraph, section)


def _split(paragraph: list[tuple[int, str]], section: str) -> Iterator[Sentence]:
    joined = " ".join(text for _, text in paragraph)
    starts: list[tuple[int, int]] = []
    offset = 0
    for number, text in paragraph:
        starts.append((offset, number))
        offset += len(text) + 1
    begin = 0
    for end in [*(found.end() for found in _SENTENCE_END.finditer(joined)), len(joined)]:
        piece = joined[begin:end].strip()
        if not piece or (end < len(joined) and _ABBREVIATION.search(piece)):
            continue
        yield Sentence(piece, max(number for start, number in starts if start <= begin), section)
        begin = end


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
