import textwrap
from collections.abc import Callable

import pytest

from refute.properties.evidence import Evidence
from refute.properties.property import Property
from refute.properties.proposers import propose
from refute.properties.proposers.oracle import oracle
from refute.properties.units import FunctionUnit

ClaimsOf = Callable[..., tuple[Property, ...]]
UnitOf = Callable[..., FunctionUnit]


def of_kind(claims: tuple[Property, ...], kind: str) -> list[Property]:
    return [claim for claim in claims if claim.kind == kind]


def test_an_example_becomes_a_property_of_its_arguments(claims_of: ClaimsOf) -> None:
    (claim,) = claims_of('def f(x, y=0):\n    """Doc.\n\n    >>> f(1)\n    2\n    """\n    return x')
    assert claim == Property(
        "example",
        "f(1) gives 2",
        "same(result, 2)",
        Evidence.EXAMPLE,
        must_return=True,
        example=(("x", "1"), ("y", "0")),
        spec_line=3,
    )


def test_an_example_that_raises_does_not_have_to_return(claims_of: ClaimsOf) -> None:
    docstring = ">>> f(-1)\n    Traceback (most recent call last):\n    ValueError: no"
    (claim,) = claims_of(f'def f(x):\n    """{docstring}\n    """\n    return x')
    assert (claim.statement, claim.check) == ("f(-1) raises ValueError", "isinstance(error, ValueError)")
    assert not claim.must_return


def test_examples_of_functions_that_print_are_not_results(claims_of: ClaimsOf) -> None:
    assert claims_of('def f(x):\n    """>>> f(1)\n    1\n    """\n    print(x)') == ()


@pytest.mark.parametrize(
    ("condition", "when"),
    [
        ("If n is negative.", "n < 0"),
        ("if ``n`` is not positive", "n <= 0"),
        ("when n is zero", "n == 0"),
        ("If the items list is empty", "len(items) == 0"),
        ("if n > len(items)", "n > len(items)"),
        ("if n is negative or greater than 10", "n < 0 or n > 10"),
        ("If n is negative, or if items is empty", "n < 0 or len(items) == 0"),
        ("if n is greater than the length of items", "n > len(items)"),
        ("if n is less than or equal to 3", "n <= 3"),
        ("if n is not between 1 and 5", "not 1 <= n <= 5"),
    ],
)
def test_documented_exceptions_with_a_clear_condition_are_promises(
    condition: str, when: str, claims_of: ClaimsOf
) -> None:
    (claim,) = claims_of(
        f'def f(items, n):\n    """Doc.\n\n    Raises:\n        ValueError: {condition}\n    """\n    return 1'
    )
    assert (claim.when, claim.check) == (when, "isinstance(error, ValueError)")
    assert (claim.evidence, claim.spec_line) == (Evidence.DOCSTRING, 4)


@pytest.mark.parametrize(
    "condition",
    [
        "If n is bad.",
        "if the file is missing",
        "if m is negative",
        "n is negative, unless items is empty",
        "",
        "if n < x()",
    ],
)
def test_documented_exceptions_with_a_doubtful_condition_are_left_out(condition: str, claims_of: ClaimsOf) -> None:
    docstring = f'"""Doc.\n\n    Raises:\n        ValueError: {condition}\n    """'
    assert claims_of(f"def f(items, n):\n    {docstring}\n    return 1") == ()


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ("KeyError: If m is odd.", "isinstance(error, ValueError) or (isinstance(error, KeyError) and (m % 2 == 1))"),
        ("KeyError: If it is closed.", "isinstance(error, ValueError) or isinstance(error, KeyError)"),
        ("ValueError: If m is odd.", "isinstance(error, ValueError)"),
    ],
)
def test_another_documented_exception_may_come_first(said: str, check: str, claims_of: ClaimsOf) -> None:
    docstring = f'"""Doc.\n\n    Raises:\n        ValueError: If n is 0.\n        {said}\n    """'
    assert claims_of(f"def f(n, m):\n    {docstring}\n    return 1")[0].check == check


def test_an_exception_that_is_only_mentioned_may_come_first(claims_of: ClaimsOf) -> None:
    (claim,) = claims_of(
        'def f(n):\n    """Do it, or raise OddError.\n\n    Raises ValueError if n is 0.\n    """\n    return 1'
    )
    allowed = "any(base.__name__ == 'OddError' for base in type(error).__mro__)"
    assert claim.check == f"isinstance(error, ValueError) or {allowed}"


@pytest.mark.parametrize(
    ("body", "when"),
    [
        ("if not m: return []", "(n < 1) and not ((not m))"),
        ("if m is None: return m\n    elif m == 1: return 1", "(n < 1) and not ((m is None) or (m == 1))"),
        ("if n == 0: return 0", "n < 1"),
        ("if m > n: return 0", "n < 1"),
        ("if g(m): return 0", "n < 1"),
        ("if m: print(m)", "n < 1"),
        ("k = m\n    if not m: return []", "(n < 1) and not ((not m))"),
        ("if n == -1: return m", "(n < 1) and not ((n == -1))"),
        ("m = g(m)\n    if not m: return []", "n < 1"),
        ("g(m)\n    if not m: return []", "n < 1"),
    ],
)
def test_special_cases_of_other_parameters_go_before_promises(body: str, when: str, claims_of: ClaimsOf) -> None:
    (claim,) = claims_of(
        f'def f(m, n):\n    """Doc.\n\n    Raises ValueError if n < 1.\n    """\n    {body}\n    return 1'
    )
    assert claim.when == when


@pytest.mark.parametrize(
    ("parameters", "said", "when"),
    [
        ("n, default=None", "", "(n < 0) and default is None"),
        ("n, default=None", "default: Returned instead of raising.", "(n < 0) and default is None"),
        ("n, base=10", "", "(n < 0) and base == 10"),
        ("n, check=True", "", "(n < 0) and check is True"),
        ("n, check=False", "", None),
        ("n, ignore=False", "", "(n < 0) and ignore is False"),
        ("n, ignore=True", "", None),
        ("n, errors='raise'", "errors: 'raise' to raise, 'ignore' to return None.", "(n < 0) and errors == 'raise'"),
        ("n, errors='ignore'", "errors: 'raise' to raise, 'ignore' to return None.", None),
        ("n, exact=False", "exact: Whether to raise an exception.", None),
        ("n, strict: bool", "", None),
        ("n, safe: bool", "safe: Whether inf is returned instead.", None),
        ("n, m", "For some numbers, None is returned instead.", None),
    ],
)
def test_options_may_switch_exceptions_off(parameters: str, said: str, when: str | None, claims_of: ClaimsOf) -> None:
    docstring = (
        f'"""Doc.\n\n    Args:\n        n: It.\n        {said}\n\n    Raises:\n        ValueError: If n < 0.\n    """'
    )
    claims = of_kind(claims_of(f"def f({parameters}):\n    {docstring}\n    return 1"), "raises")
    assert [claim.when for claim in claims] == ([when] if when else [])


def test_an_option_that_the_condition_speaks_of_is_free(claims_of: ClaimsOf) -> None:
    (claim,) = claims_of('def f(n, low=0):\n    """Doc.\n\n    Raises ValueError if n < low.\n    """\n    return 1')
    assert claim.when == "n < low"


@pytest.mark.parametrize(
    "sentence", ["Does not raise ValueError if n < 0.", "In debug mode, raises ValueError if n < 0."]
)
def test_sentences_that_say_more_promise_no_exception(sentence: str, claims_of: ClaimsOf) -> None:
    assert claims_of(f'def f(n):\n    """Doc. {sentence}"""\n    return 1') == ()


@pytest.mark.parametrize(
    "source",
    [
        "def f(n) -> 'Callable[[], int]':\n    {doc}\n    return g",
        "def f(n):\n    {doc}\n    return lambda: n",
        "def f(n):\n    {doc}\n    def g(): return n\n    return g",
    ],
)
def test_what_a_returned_function_raises_is_not_promised_now(source: str, claims_of: ClaimsOf) -> None:
    assert claims_of(source.format(doc='"""Doc. Raises ValueError if n < 0."""'), "f") == ()


def test_warnings_are_no_exceptions(claims_of: ClaimsOf) -> None:
    assert (
        claims_of('def f(n):\n    """Doc.\n\n    Raises:\n        UserWarning: If n < 0.\n    """\n    return 1') == ()
    )


@pytest.mark.parametrize("condition", ["If n is negative.", "if n is negative", "n is negative"])
def test_the_condition_stands_within_the_sentence(condition: str, claims_of: ClaimsOf) -> None:
    (claim,) = claims_of(
        f'def f(n):\n    """Doc.\n\n    Raises:\n        ValueError: {condition}\n    """\n    return 1'
    )
    assert claim.statement == "it raises ValueError if n is negative"


@pytest.mark.parametrize(
    ("annotation", "good", "bad"),
    [
        ("int", "1", "'1'"),
        ("float", "1", "'1'"),
        ("list[int]", "[1]", "['a']"),
        ("'List[int]'", "[]", "(1,)"),
        ("Optional[str]", "None", "1"),
        ("int | None", "None", "'a'"),
        ("tuple[int, str]", "(1, 'a')", "(1, 'a', 2)"),
        ("tuple[int, ...]", "(1, 2, 3)", "(1, 'a')"),
        ("dict[str, list[int]]", "{'a': [1]}", "{'a': ['b']}"),
        ("Literal['a', 'b']", "'a'", "'c'"),
        ("Point", "Point()", "1"),
    ],
)
def test_return_annotations_are_checked(annotation: str, good: str, bad: str, claims_of: ClaimsOf) -> None:
    source = f"from typing import *\nclass Point: pass\ndef f(x) -> {annotation}: return x"
    (claim,) = claims_of(source)
    names: dict[str, object] = {}
    exec(source, names)
    assert eval(claim.check, {**names, "result": eval(good, names)})
    assert not eval(claim.check, {**names, "result": eval(bad, names)})
    assert (claim.kind, claim.evidence) == ("type", Evidence.TYPE)


@pytest.mark.parametrize(
    "annotation", ["None", "Any", "T", "Iterator[int]", "Callable[[], int]", "Self", "Shape", "unknown"]
)
def test_annotations_that_say_nothing_at_run_time_are_left_out(annotation: str, claims_of: ClaimsOf) -> None:
    assert claims_of(f"from typing import *\nclass Shape(Protocol): pass\ndef f(x) -> {annotation}: return x") == ()


PAIR = '''
def encode_name(s: str) -> str:
    """Encode."""
    return s
def decode_name(s: str) -> str:
    """Undo encode_name."""
    return s
'''


def test_pairs_of_names_are_round_trips(claims_of: ClaimsOf) -> None:
    (forward,) = of_kind(claims_of(PAIR, "encode_name"), "round_trip")
    (backward,) = of_kind(claims_of(PAIR, "decode_name"), "round_trip")
    assert (forward.check, forward.evidence) == ("same(decode_name(result), s)", Evidence.NAME)
    assert (backward.check, backward.evidence) == ("same(decode_name(encode_name(s)), s)", Evidence.DOCSTRING)


def round_trip_of(forward: str, backward: str, name: str, claims_of: ClaimsOf) -> Evidence:
    """What the round trip rests on that is proposed for `name`, where two functions have these docstrings."""
    texts = {"encode_x": forward, "decode_x": backward}
    source = "".join(f'def {each}(s: str) -> str:\n    """{said}"""\n    return s\n' for each, said in texts.items())
    (claim,) = of_kind(claims_of(source, name), "round_trip")
    return claim.evidence


@pytest.mark.parametrize(
    "said",
    [
        "Inverse of encode_x",
        "The exact inverse of `encode_x`.",
        "Undo encode_x.",
        "Undoes what encode_x() did.",
        "decode_x(encode_x(s)) gives s",
        "Decode a string. `decode_x(encode_x(t)) == t`.",
        "Decode what encode_x made",
        "Decode a string that encode_x wrote.",
        "Decode a string encoded with encode_x.",
        "Decode s, the inverse of :func:`encode_x`.",
        "Undo encode_x.\n\n    Args:\n        s: The string to decode.\n\n    Returns:\n        The string.\n    ",
        "takes as input string encoded with encode_x function. Returns decoded string.",
    ],
)
def test_a_docstring_may_promise_a_round_trip(said: str, claims_of: ClaimsOf) -> None:
    for forward in ("", "Encode a string.", "Returns encoded string."):
        assert round_trip_of(forward, said, "decode_x", claims_of) is Evidence.DOCSTRING


@pytest.mark.parametrize(
    "said",
    ["Encode a string. decode_x undoes this.", "Encode s; the inverse is `decode_x`.", "The inverse of decode_x."],
)
def test_the_way_there_may_promise_it_as_well(said: str, claims_of: ClaimsOf) -> None:
    assert round_trip_of(said, "Decode a string.", "encode_x", claims_of) is Evidence.DOCSTRING


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ("Encode a string.", "See encode_x for the way back."),
        ("Encode a string.", "Read a text as encode_x writes it."),
        ("Encode a string.", "Read what encode_x wrote."),
        ("Encode a string.", "Not an exact inverse of `encode_x`."),
        ("Encode a string.", "Undo encode_x, as far as that is possible."),
        ("Encode a string.", "The inverse of encode_x for words without digits."),
        ("Encode a string.", "Undo encode_x. Case is lost."),
        ("Encode a string.", "encode_x(decode_x(s)) gives s"),
        ("Encode a string for a URL; case is lost, so decode_x gives lower case.", "Undo encode_x."),
        ("Encode letters.", "Undo encode_x."),
        ("Encode a string. Digits are not supported.", "Undo encode_x."),
        ("Encode a string (rounded).", "Undo encode_x."),
        ("Encode a string by shifting only letters.", "Takes a string encoded with encode_x. Returns decoded string."),
        ("Encode a string by shifting it in the alphabet.", "Undo encode_x."),
    ],
)
def test_what_may_be_less_than_a_round_trip_is_no_promise(forward: str, backward: str, claims_of: ClaimsOf) -> None:
    assert round_trip_of(forward, backward, "decode_x", claims_of) is Evidence.NAME


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ("Encode a string. See decode_x for the way back.", ""),
        ("Encode a string. Use decode_x to get it back; it must not contain commas.", ""),
        ("Put text in double quotes (the opposite of decode_x).", "Strip double quotes, as many as there are."),
        ("Encode a string. decode_x undoes this.", "Decode a string, in lower case."),
        ("What to decode_x.", ""),
    ],
)
def test_the_way_there_promises_no_more_than_it_says(forward: str, backward: str, claims_of: ClaimsOf) -> None:
    assert round_trip_of(forward, backward, "encode_x", claims_of) is Evidence.NAME


def test_a_way_of_encoding_that_loses_nothing_breaks_no_promise(claims_of: ClaimsOf) -> None:
    forward = "returns encoded string by cycling groups of three characters."
    backward = "Takes a string encoded with encode_x. Returns decoded string."
    assert round_trip_of(forward, backward, "decode_x", claims_of) is Evidence.DOCSTRING


def test_text_need_not_survive_being_read(claims_of: ClaimsOf) -> None:
    source = "def roman_to_int(s: str) -> int: return 1\ndef int_to_roman(n: int) -> str: return 'I'\n"
    assert of_kind(claims_of(source, "roman_to_int"), "round_trip") == []
    assert len(of_kind(claims_of(source, "int_to_roman"), "round_trip")) == 1


def test_a_decoder_of_another_type_has_no_round_trip(claims_of: ClaimsOf) -> None:
    source = "def encode(n: int) -> str: return ''\ndef decode(s: str) -> int: return 1\n"
    assert of_kind(claims_of(source, "decode"), "round_trip") == []


@pytest.mark.parametrize(
    ("header", "checks"),
    [
        ("sort_items(items: list, reverse=False) -> list", ["same(sort_items(result, reverse=reverse), result)"]),
        ("normalize(text)", ["same(normalize(result), result)"]),
        ("strange_sort(items)", []),
        ("sort_key(item: str) -> tuple", []),
        ("strip_prefix(text, prefix)", []),
    ],
)
def test_some_names_suggest_idempotence(header: str, checks: list[str], claims_of: ClaimsOf) -> None:
    assert [claim.check for claim in of_kind(claims_of(f"def {header}: return 1"), "idempotent")] == checks


@pytest.mark.parametrize(
    ("header", "checks"),
    [
        ("gcd(a: int, b: int)", ["same(gcd(b, a), result)"]),
        ("edit_distance(left, right)", ["same(edit_distance(right, left), result)"]),
        ("add(item: int, items: list)", []),
        ("subtract(a, b)", []),
    ],
)
def test_some_names_suggest_commutativity(header: str, checks: list[str], claims_of: ClaimsOf) -> None:
    assert [claim.check for claim in of_kind(claims_of(f"def {header}: return 1"), "commutative")] == checks


def test_postconditions_of_decorators_are_contracts(claims_of: ClaimsOf) -> None:
    source = """
        import deal, icontract
        @icontract.ensure(lambda x, result: result >= x)
        @deal.post(lambda value: value > 0)
        def f(x): return x
    """
    claims = claims_of(source)
    assert [claim.check for claim in claims] == ["result >= x", "result > 0"]
    assert {claim.evidence for claim in claims} == {Evidence.CONTRACT}


def test_an_assertion_about_the_result_is_a_contract(claims_of: ClaimsOf) -> None:
    source = "def f(x):\n    assert x > 0\n    y = max(x, 1)\n    assert y >= x\n    return y\n"
    (claim,) = claims_of(source)
    assert claim.statement == "its own assertion y >= x holds"
    assert (claim.check, claim.spec_line) == ("not isinstance(error, AssertionError)", 3)


@pytest.mark.parametrize(
    "body",
    [
        "total = sum(x)\n    assert total > 0\n    return [v / total for v in x]",
        "y = g(x)\n    assert z is not None\n    return y",
        "if x:\n        assert g(x)\n    y = 1\n    assert y\n    return y",
        "y = 1\n    assert y\n    if not y: raise AssertionError\n    return y",
        "y = x + 1\n    assert y > 0, 'x must be positive'\n    return y",
        "y = json.loads(x)\n    assert isinstance(y, dict)\n    return y",
        "y = x.split()\n    assert len(y) == 2\n    return y",
        "y = 1 - x\n    assert y >= x\n    return y",
        "y = sum(x)\n    assert y >= 0\n    return y",
        "y = ''.join(x)\n    assert y\n    return y",
    ],
)
def test_assertions_about_what_is_needed_are_no_contracts(body: str, claims_of: ClaimsOf) -> None:
    assert claims_of(f"def f(x):\n    {body}\n") == ()


@pytest.mark.parametrize(
    ("docstring", "claims"),
    [
        ("Add one.", 1),
        ("Return the pairs. Items must be unique.", 1),
        ("Choose some, 0 <= k <= n.", 1),
        ("Choose some; nothing if k is less than 1.", 1),
        ("Choose some. k lies below the number of days.", 0),
        ("Return the middle of sorted items.", 0),
        ("Choose some, where n must be prime.", 0),
        ("Choose.\n\nArgs:\n    items: The values in ascending order; there must be at least one.\n", 1),
        ("Choose.\n\nArgs:\n    n: With at most two decimal places.\n", 0),
        ("Choose.\n\nReturns:\n    A sorted list, at most n of them.\n", 1),
    ],
)
def test_assertions_are_promises_where_all_that_inputs_must_be_is_understood(
    docstring: str, claims: int, claims_of: ClaimsOf
) -> None:
    body = f'"""{docstring}"""\ny = max(n, k)\nassert y >= n\nreturn y\n'
    source = f"def f(items: list[int], n: int, k: int):\n{textwrap.indent(body, '    ')}"
    assert len(of_kind(claims_of(source), "postcondition")) == claims


def test_stronger_evidence_comes_first_and_nothing_twice(claims_of: ClaimsOf) -> None:
    docstring = '"""Doc.\n\n    >>> sort(3)\n    3\n    >>> sort(3)\n    3\n    """'
    claims = claims_of(f"def sort(x: int) -> int:\n    {docstring}\n    return x\n")
    assert [claim.kind for claim in claims] == ["example", "type", "idempotent"]


def test_star_arguments_are_bound_by_examples_and_oracles(unit_of: UnitOf) -> None:
    source = 'def f(*sets):\n    """Unite.\n\n    >>> f([1], [2])\n    [1, 2]\n    """\n    return sets\n'
    unit = unit_of(source)
    assert propose(unit, source)[0].example == (("sets", "([1], [2])"),)
    assert oracle(unit, ["def f(*sets):\n    return 1\n"], 3, 4).when == "agreed(*sets)"


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("KeyError: if `item` is not in the set.", "item not in self"),
        ("IndexError: If the queue is empty.", "len(self) == 0"),
        ("KeyError: if item is not in the set and no default is given", None),
        ("ValueError: if *item* is negative", "item < 0"),
    ],
)
def test_exceptions_may_hang_on_the_instance(said: str, when: str | None, claims_of: ClaimsOf) -> None:
    claims = claims_of(
        f"""
        class Bag:
            def __len__(self): return 0
            def __contains__(self, item): return False
            def take(self, item):
                '''Take it out.

                Raises:
                    {said}
                '''
                return item
        """,
        "Bag.take",
    )
    assert [claim.when for claim in of_kind(claims, "raises")] == ([when] if when else [])


@pytest.mark.parametrize(
    ("parameters", "said", "when"),
    [
        ("item", "ValueError: If the list is empty.", "len(self) == 0"),
        ("item: int", "ValueError: If the list is empty.", "len(self) == 0"),
        ("words: list[str]", "ValueError: If the list is empty.", None),
        ("item, more: 'Bag'", "ValueError: If item is not in the set.", None),
        (
            "key, mapping",
            "KeyError: If key is not in the mapping.",
            "key not in mapping and all(isinstance(each, type(key)) for each in mapping)",
        ),
        ("index", "IndexError: If index is out of range.", "not -len(self) <= index < len(self)"),
        ("index, item", "IndexError: If index is out of range.", "not -len(self) <= index <= len(self)"),
        ("position", "IndexError: If position is out of range.", "not -len(self) <= position <= len(self)"),
    ],
)
def test_what_may_be_meant_of_a_parameter_is_not_said_of_the_instance(
    parameters: str, said: str, when: str | None, claims_of: ClaimsOf
) -> None:
    claims = claims_of(
        f"""
        class Bag:
            def __len__(self): return 0
            def __contains__(self, item): return False
            def __getitem__(self, index): return 1
            def take(self, {parameters}):
                '''Take it out.

                Raises:
                    {said}
                '''
                return 1
        """,
        "Bag.take",
    )
    assert [claim.when for claim in of_kind(claims, "raises")] == ([when] if when else [])
