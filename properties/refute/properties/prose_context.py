"""What stands around an example in prose: whether the sentence says of the call nothing but what comes of it.

"fee(2) is 6" is an example; "fee(2) is 6 for a rate of 3" and "with pi taken as 3, circle(2) is 12" are not, for the
call alone does not give what they say. So before the call only words that introduce an example are understood, and
what follows the result may give a reason, but no condition.
"""

import ast
import re

from refute.properties.syntax import UnreadableError, parse_module

_LOOSE = r"assum\w+|given|provided|depend\w*|approx\w*|roughly|nearly|could|might"
"""Words that make a result hold only sometimes, or only nearly."""
_CONDITION = re.compile(
    rf"\b(?:if|when(?:ever)?|where|while|unless|until|for|with(?:out)?|default|mode|about|around|any|order|can|may|or|"
    rf"round\w*|truncat\w*|random\w*|usually|typically|{_LOOSE})\b|[~≈]",
    re.IGNORECASE,
)
"""What a reason behind a result may not hold: the same words, and those that begin a condition."""
_DOUBTFUL = re.compile(
    r"\b(?:not|never|cannot|unlike|instead|previously|formerly|before|old|wrong(?:ly)?|incorrect(?:ly)?|buggy|bad|"
    rf"invalid|whereas|otherwise|deprecated|earlier|expect(?:s|ed)?\s+to\s+fail|where|would|{_LOOSE})\b|"
    r"n't\b|!=",
    re.IGNORECASE,
)
"""What may not stand before a call in its sentence: it says that something else is meant."""
_LIMITING = re.compile(
    r"[\s`*]*(?!(?:for|as)\s+(?:an\s+)?(?:example|instance)\b)(?:if|when(?:ever)?|while|unless|until|with|without|for|in|on|"
    r"under|using|at|by|from|since|to|as|after|ignoring|strict)\b",
    re.IGNORECASE,
)
"""How a clause begins that says when something holds: "in strict mode", "with pi taken as 3"."""
_MARK = r"(?:(?:[-*+•>]|\d+[.)]|\(\w\)|\w\))[ \t]+)"
_WORDS = (
    r"e\.?g\.?|i\.?e\.?|that\s+is|(?:for|as)\s+(?:an\s+)?(?:example|instance)|(?:an?\s+|the\s+|another\s+)?"
    r"examples?(?:\s+(?:is|are|\d+))?|so(?:\s+that)?|such\s+as|like|thus|hence|therefore|then|here|note\s+that|"
    r"(?:(?:this|which)\s+)?means(?:\s+that)?"
)
_SUBJECT = r"(?:(?:(?:the|a)\s+)?(?:call(?:ing)?|value\s+of|result\s+of)|assert|for|[A-Za-z_]\w*\s*=)"
_LEAD = re.compile(
    rf"\s*{_MARK}?(?:(?P<clause>.*?)(?:(?P<comma>,)|[:(–—]|\s-{{1,3}}\s|\s(?=e\.g\.|i\.e\.)))??"
    rf"\s*(?P<introduced>(?:(?:{_WORDS})[\s,:]+)*)(?:{_SUBJECT}\s*)?[`\"'*\s]*",
    re.IGNORECASE | re.DOTALL,
)
_LINE_BEGIN = re.compile(rf"[ \t]*{_MARK}?(?:{_SUBJECT}[ \t]*)?[`\"'*]*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<!e\.g)(?<!i\.e)[.!?;]['\"`)]*(?=\s)|\n[ \t]*\n|^[ \t]*#.*$", re.MULTILINE)
_FAR = 600
"""How many characters around an example are looked at; sentences are shorter."""
_JOINED = re.compile(
    rf"[\s`]*(?:\([^()\n]*\)\s*)?(?:[,;]?\s*\b(?:and|but|while|whereas)\b|[,;])?\s*{_MARK}?[`\"']*", re.IGNORECASE
)
_ENDING = re.compile(
    r"`{0,2}[ \t]*(?:(?P<end>$|\n|[;.](?=\s|$))|"
    r"(?P<more>\(|#|//|--|,\s*(?:and\b|because\b|since\b|as\b|so\b|[A-Za-z_]\w*\()|(?:because|since|as)\b|"
    r"(?:and|while|whereas)\s+[`\"]*[A-Za-z_]\w*\())"
)
_REST = re.compile(r".*?(?=[.;](?:\s|$)|\n[ \t]*(?:\n|[-*+•#]|[\w.]+\()|\Z)", re.DOTALL)
_ANOTHER = re.compile(r"(?:\b(?:while|whereas|for)\s+)?[`\"]*\b[A-Za-z_]\w*\(", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\n[ \t]*(?:if|when(?:ever)?|where|while|unless|until|for|with(?:out)?|assuming|given|provided|or|in|on|at|under|"
    r"as)\b(?!\s+[\w.]+\s*[(=])"
)
_NEXT_WORD = re.compile(r"\n[ \t]*[a-z]\w*(?![\w.]*\()")


def ends_here(text: str, after: int, *, has_line: bool) -> bool:
    """Whether what follows a result at `after` leaves it as it is: the end of the sentence, a reason, or an example.

    `has_line` says that the example begins a line, so that the end of the line may be its end.
    """
    ending = _ENDING.match(text, after)
    if ending is None:
        return False
    if ending["end"] == "\n":
        line_end = ending.start("end")
        return not (_GOES_ON.match(text, line_end) or (not has_line and _NEXT_WORD.match(text, line_end)))
    more = ending.start("more")
    rest = _REST.match(text, more, more + _FAR) if ending["more"] else None
    return rest is None or not _CONDITION.search(_ANOTHER.sub("", rest.group()))


def begins_line(text: str, start: int) -> bool:
    """Whether nothing but the mark of a list item or "for", "assert", `x =` stands before `start` on its line."""
    return _LINE_BEGIN.fullmatch(text, text.rfind("\n", 0, start) + 1, start) is not None


def begins_here(text: str, start: int, earlier: int, *, has_line: bool) -> bool:
    """Whether what stands before a call at `start` only introduces it.

    `earlier` is where the example before it ended, 0 where there is none. Below `has_line`, the example belongs to no
    sentence, as far as the line above does not break off for it.
    """
    above = text[max(0, start - _FAR) : text.rfind("\n", 0, start) + 1]
    if _is_prepared(above):
        return False
    if begins_line(text, start):
        if above.rstrip().endswith(":"):
            heading = _last_sentence(above.rstrip().rstrip(":"))
            return _only_introduces(heading.rpartition("\n")[2]) or not _is_doubtful(heading)
        if has_line:
            sentence = _last_sentence(above)
            last = (sentence.split() or [""])[-1]
            return not (_LIMITING.match(sentence) or _LIMITING.fullmatch(last) or _DOUBTFUL.fullmatch(last))
    if earlier and joins(text, earlier, start):
        return True
    lead = _LEAD.fullmatch(_last_sentence(text[max(earlier, start - _FAR) : start]))
    return (
        lead is not None and not (lead["comma"] and not lead["introduced"]) and not _is_doubtful(lead["clause"] or "")
    )


def joins(text: str, end: int, start: int) -> bool:
    """Whether nothing stands between two examples, from `end` to `start`, but "and" or a remark in parentheses."""
    return _JOINED.fullmatch(text, end, start) is not None


def _only_introduces(heading: str) -> bool:
    return re.fullmatch(rf"\W*(?:{_WORDS})\W*", heading, re.IGNORECASE) is not None


def _last_sentence(text: str) -> str:
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    return text[ends[-1] if ends else 0 :]


def _is_doubtful(clause: str) -> bool:
    return bool(_DOUBTFUL.search(clause) or _LIMITING.match(clause))


def _is_prepared(above: str) -> bool:
    """Whether a line of code in the same paragraph may change what a call gives: a call whose result is not told."""
    for line in reversed(above.rstrip(" \t").removesuffix("\n").split("\n")):
        if not line.strip():
            return False
        try:
            body = parse_module(line.strip()).body
        except UnreadableError:
            continue
        for statement in body if "#" not in line else []:
            if isinstance(statement, ast.Expr | ast.Assign) and isinstance(statement.value, ast.Call):
                return True
    return False
