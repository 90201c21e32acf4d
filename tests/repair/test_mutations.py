import ast
import textwrap
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refute.repair.mutations import mutants, second_order


def function(*lines: str, header: str = "def f(items, a: int, b: int):") -> str:
    return header + "\n" + textwrap.indent("\n".join(lines), "    ") + "\n"


def sources(*lines: str, header: str = "def f(items, a: int, b: int):") -> set[str]:
    """All mutants' bodies, dedented."""
    found = mutants(function(*lines, header=header), limit=10_000)
    return {textwrap.dedent(candidate.source.removeprefix(header + "\n")).rstrip("\n") for candidate in found}


@settings(max_examples=15)
@given(data=st.data())
def test_every_mutant_is_another_program_with_the_same_signature(
    definitions: st.SearchStrategy[str], data: st.DataObject
) -> None:
    source = data.draw(definitions)
    original = ast.parse(source).body[0]
    assert isinstance(original, ast.FunctionDef)
    trees = {ast.dump(original)}
    end = data.draw(st.sampled_from(("", "\n")))
    source = source.rstrip("\n") + end
    for candidate in mutants(source, limit=150):
        assert candidate.source.endswith("\n") == bool(end)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            compile(candidate.source, "<mutant>", "exec", dont_inherit=True)
        (function,) = ast.parse(candidate.source).body
        assert isinstance(function, ast.FunctionDef)
        assert ast.dump(function.args) == ast.dump(original.args)
        assert ast.get_docstring(function) == ast.get_docstring(original)
        assert ast.dump(function) not in trees
        trees.add(ast.dump(function))


@settings(max_examples=20)
@given(data=st.data())
def test_fewer_mutants_are_the_first_of_more_and_cheapest_first(
    definitions: st.SearchStrategy[str], data: st.DataObject
) -> None:
    source = data.draw(definitions)
    found = mutants(source, limit=150)
    assert found[:40] == mutants(source, limit=40)
    assert [c.cost for c in found] == sorted(c.cost for c in found)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("while a < b: pass", "while a <= b: pass"),
        ("return a + b", "return a - b"),
        ("return a / b", "return a // b"),
        ("return a and b", "return a or b"),
        ("return a not in items", "return a in items"),
        ("return -a", "return a"),
        ("return a is b", "return a == b"),
        ("for x in items: a += x", "for x in items: a -= x"),
        ("for x in items: a = x", "for x in items: a += x"),
        ("return a + 2", "return a + 3"),
        ("return True", "return False"),
        ("return 'aeiou'", "return 'AEIOU'"),
        ("return 'aeiou'", "return 'aeiouAEIOU'"),
        ("a = []\nreturn a", "a = {}\nreturn a"),
        ("return range(a)", "return range(1, a)"),
        ("return range(a)", "return range(a + 1)"),
        ("return range(1, a)", "return range(a)"),
        ("return range(a, b)", "return range(a, b, 2)"),
        ("return items[a:b]", "return items[a:b + 1]"),
        ("return items[a:b]", "return items[a:]"),
        ("return items[a]", "return items[a - 1]"),
        ("return items[::-1]", "return items"),
        ("if a < b: return a", "if a >= b: return a"),
        ("if a and b: return a", "if a: return a"),
        ("if a and b: return a", "if not (a and b): return a"),
        ("if not a: return b", "if a: return b"),
        ("if a > b: return b", "if a > b and a > 0: return b"),
        ("return [x for x in items if x > a]", "return [x for x in items]"),
        ("return a if b else 0", "return 0 if b else a"),
        ("x = a\nreturn x + b", "x = a\nreturn a + b"),
        ("return pow(a, b)", "return pow(b, a)"),
        ("return a - b", "return b - a"),
        ("return [i for i in range(len(items))]", "return [items[i] for i in range(len(items))]"),
        ("return max(items)", "return min(items)"),
        ("return any(items)", "return all(items)"),
        ("return items.upper()", "return items.lower()"),
        ("return items.strip()", "return items"),
        ("return sorted(items)", "return items"),
        ("return sorted(items)", "return sorted(items, reverse=True)"),
        ("return sorted(items)", "return sorted(items, key=len)"),
        ("return sorted(items, reverse=True)", "return sorted(items)"),
        ("return a - b", "return abs(a - b)"),
        ("return len(items)", "return str(len(items))"),
        ("x = {}\nreturn x[a]", "x = {}\nreturn x.get(a, 0)"),
        ("return a * b + 1", "return a * b"),
        ("return a + b", "return a"),
        ("return a + b * 2", "return (a + b) * 2"),
        ("return a < b < 9", "return a < b"),
        ("x = a\nreturn x", "x = a * b\nreturn x"),
        ("a += 1\nreturn a", "return a"),
        ("a += 1\nb = a\nreturn b", "b = a\na += 1\nreturn b"),
        ("for x in items:\n    a += x\n    return a", "for x in items:\n    a += x\nreturn a"),
        ("for x in items:\n    a += x\nreturn a", "for x in items:\n    a += x\n    return a"),
        ("if a:\n    b = 1\nreturn b", "b = 1\nreturn b"),
        ("for x in items:\n    break", "for x in items:\n    continue"),
        ("if a:\n    b = 1\nif b:\n    a = 1", "if a:\n    b = 1\nelif b:\n    a = 1"),
        ("return items[0]", "if not items:\n    return None\nreturn items[0]"),
        ("return b // a", "if a == 0:\n    return 0\nreturn b // a"),
        ("items.append(a)\nreturn a", "items = list(items)\nitems.append(a)\nreturn a"),
        ("for x in items:\n    a += x", "for x in items:\n    a += x\nreturn a"),
        ("best = 0\nfor x in items: best = x", "best = items[0]\nfor x in items: best = x"),
        ("return sum(items) / a", "return sum(items) / len(items)"),
        ("return ord(items) + a - ord('a')", "return ord('a') + a - ord('a')"),
        ("return sum(items)", "return sum(items[a:])"),
        ("x = list(a)\nreturn items == x", "x = list(a)\nreturn sorted(items) == sorted(x)"),
        ("return pick(a)", "return pick(pick(a))"),
        ("x = [a, b]\nreturn x[a]", "x = [a, b]\nreturn sum(x)"),
        ("if a:\n    return True\nreturn False", "if a:\n    return False\nreturn True"),
        ("return a and b and items", "return a or b or items"),
        ("return max(a, min(b, 9))", "return min(a, max(b, 9))"),
        ("return a * 2 + 2", "return a * 3 + 3"),
        ("a = b\nb = a + b", "a, b = b, a + b"),
        ("for x in items:\n    n.add(x)", "for x in items:\n    if x:\n        n.add(x)"),
        ("return abs(a) - b", "return abs(a - b)"),
        ("return int(a / b)", "return int(a) / b"),
        ("return a - b - 1", "return a - (b - 1)"),
        ("return a and b or items", "return a and (b or items)"),
        ("return a * b + 1", "return a + 1"),
        ("sorted(items)\nreturn items", "items = sorted(items)\nreturn items"),
        ("items.strip()\nreturn items", "items = items.strip()\nreturn items"),
        ("f(a, b)", "return f(a, b)"),
        ("items = items.sort(reverse=True)", "items = sorted(items, reverse=True)"),
        ("items = items.append(a)", "items.append(a)"),
        ("return items.reverse()", "return items[::-1]"),
        ("return a / b", "return a / b if b else 0"),
        ("return [[0] * a] * b", "return [[0] * a for _ in range(b)]"),
        ("return max(items)", "return max(items, default=0)"),
        ("n = {}\nn[a] += 1", "n = {}\nn[a] = n.get(a, 0) + 1"),
        ("if a: return b", "if a is not None: return b"),
        ("if a is not None: return b", "if a: return b"),
        ("return a or b", "return a if a is not None else b"),
        ("return sorted(items, key=lambda x: x[1])", "return sorted(items, key=lambda x: -x[1])"),
        ("return sorted(items, key=lambda x: x[1])", "return sorted(items, key=lambda x: (x[1], x))"),
        ("return f('items')", "return f(items)"),
        ("return items == '('", "return items == '['"),
        (
            "def g(x):\n    n = 0\n    m = 0\n    m -= 1\n    return n\nreturn g",
            "def g(x):\n    n = 0\n    m = 0\n    n -= 1\n    return n\nreturn g",
        ),
        ("if a:\n    b = 1\nelse:\n    b = 2", "if a:\n    b = 1"),
        ("if a:\n    b = 1\nelif b:\n    b = 2\nelse:\n    b = 3", "if a:\n    b = 1\nelse:\n    b = 3"),
        ("if a:\n    b = 1\nelif b:\n    b = 2", "if b:\n    b = 2"),
        ("if a:\n    b = 1\nelif b:\n    b = 2", "if a:\n    b = 2\nelif b:\n    b = 1"),
        ("if a < b:\n    return 1\nreturn 2", "if a < b:\n    return 1\nelif a == b:\n    return 0\nreturn 2"),
        (
            "rows = []\nrow = []\nfor x in items:\n    rows.append(row)\nreturn rows",
            "rows = []\nrow = []\nfor x in items:\n    rows.append(row)\nif row:\n    rows.append(row)\nreturn rows",
        ),
        (
            "n = 0\nfor x in items:\n    if x:\n        n += 1",
            "n = 0\nfor x in items:\n    if x:\n        n += 1\n    else:\n        n = 0",
        ),
        (
            "out = []\nfor x in items:\n    if x:\n        out.append(a)\nreturn out",
            "out = []\nfor x in items:\n    if x:\n        out.append(a)\nout.append(a)\nreturn out",
        ),
        ("return a in (1, 3, 4, 5)", "return a in (1, 3, 5)"),
        ("return a in {1, 3, 4, 5}", "return a in {1, 3, 5}"),
    ],
)  # fmt: skip
def test_a_usual_mistake_is_repaired_by_one_edit(before: str, after: str) -> None:
    wanted = ast.dump(ast.parse(after))
    assert wanted in {ast.dump(ast.parse(source)) for source in sources(*before.split("\n"))}


def test_text_around_an_edit_stays_as_it_is() -> None:
    source = function("x = ( a+b )   # sum", "", "# then", "return  x<items[ 0 ]")
    assert source.replace("x<items", "x<=items") in {c.source for c in mutants(source)}


def test_edits_after_characters_beyond_ascii_hit_their_place() -> None:
    source = function("return 'äß€😀' * a < items")
    assert source.replace("<", "<=") in {c.source for c in mutants(source)}


def test_titles_say_in_words_what_changes() -> None:
    titles = {c.title for c in mutants(function("while a < b:", "    a += 1", "return items"), limit=10_000)}
    assert {
        "use <= instead of < in the while condition",
        "remove the statement `a += 1`",
        "return [] early when items is empty",
        "use `sorted(items)` instead of `items` in the return value",
    } <= titles


def test_lines_in_focus_come_before_equal_changes_elsewhere() -> None:
    source = function("x = a + b", "y = a + b", "return x + y")
    assert mutants(source)[0].line == 1
    assert mutants(source, focus_lines=frozenset({2}))[0].line == 2


def test_names_of_the_module_can_be_called_instead() -> None:
    found = mutants(function("return low(a)"), names=("low", "high"))
    assert function("return high(a)") in {c.source for c in found}


def test_docstrings_signatures_and_annotations_are_never_touched() -> None:
    source = function('"""Gives 1 + 1 < 3."""', "x: list[1] = a", "return x", header="def f(a=1, *, b: 2 = 3) -> 4:")
    for candidate in mutants(source, limit=10_000):
        assert candidate.source.startswith('def f(a=1, *, b: 2 = 3) -> 4:\n    """Gives 1 + 1 < 3."""\n')
        assert "list[1]" in candidate.source or "x: " not in candidate.source


def test_what_stands_before_a_definition_stays() -> None:
    source = "import math\n\n\ndef g(x):\n    return 1\n\n\n" + function("return a + b")
    found = mutants(source)
    assert found
    assert all(c.source.startswith("import math\n\n\ndef g(x):\n    return 1\n\n\ndef f") for c in found)


@pytest.mark.parametrize("source", ["", "x = 1", "def f(:", "class A: pass", "def f(): ...\n\nx = 1\n"])
def test_a_source_without_a_function_at_its_end_has_no_mutants(source: str) -> None:
    assert mutants(source) == ()


def test_a_second_edit_goes_on_from_the_first_and_never_back() -> None:
    source = function("if a < b:", "    return a", "return b + 1")
    first = mutants(source)[0]
    found = second_order(source, first, limit=50)
    assert len(found) == 50
    assert source not in {candidate.source for candidate in found}
    assert all(c.title.startswith(first.title + "; ") and c.cost > first.cost for c in found)
