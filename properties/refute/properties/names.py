"""Names of parameters that tell, by custom, what they hold."""

import re

from refute.properties.evidence import Evidence
from refute.properties.shapes import BOOLEANS, Collected, Dictionaries, Floats, Integers, Shape, Strategy, Text, Unknown
from refute.properties.vocabulary import words

_TRAILING = re.compile(r"(_?\d+|_(?:a|b|one|two|in|first|second|left|right))$")


_STRONG: tuple[tuple[frozenset[str], Shape], ...] = (
    (
        words(
            "date time url uri email path filename file_path filepath json expr expression roman binary hex hex_string "
            "ip version pattern regex html xml csv dna rna sql query phone phone_number code equation formula "
            "timestamp isbn uuid token color colour card_number address template fmt markdown yaml toml "
            "command cmd date_string time_string binary_string roman_numeral json_string"
        ),
        Text(fixed_form=True),
    ),
    (
        words(
            "s st text txt string str_ sentence paragraph message msg word phrase title letters substring prefix "
            "suffix name description content input_string input_text username first_name last_name"
        ),
        Text(),
    ),
    (words("char ch character letter sep separator delimiter delim"), Text(min_size=1, max_size=1)),
    (
        words(
            "n k count num_items size length width height limit depth times steps rounds index idx i j position offset "
            "capacity max_length min_length max_size max_width top_k num_days num_rows num_cols"
        ),
        Integers(low=0),
    ),
    (words("base radix"), Integers(2, 36)),
    (words("year theyear"), Integers(1900, 2100)),
    (words("month themonth"), Integers(1, 12)),
    (words("weekday theweekday"), Integers(0, 6)),
    (words("hour"), Integers(0, 23)),
    (words("minute second"), Integers(0, 59)),
    (words("num number integer digit"), Integers()),
    (words("words strings names tokens labels strs"), Collected(Text("abcxyzABC", 0, 6))),
    (words("lines texts sentences titles"), Collected(Text(max_size=12))),
    (
        words("nums numbers integers ints number_list num_list nums_list digits list_of_numbers int_list"),
        Collected(Integers()),
    ),
    (words("verbose strict reverse reversed recursive inclusive case_sensitive ascending descending"), BOOLEANS),
    (
        words("counts frequencies word_counts inventory scores_by_name prices_by_item"),
        Dictionaries(Text("abcxyz", 1, 4), Integers(low=0)),
    ),
)
_KEYS = Strategy("sampled_from([str, repr, bool])")
_PREDICATES = Strategy("sampled_from([bool, callable])")
"""Functions of one argument that take anything, and answer the same thing for the same thing."""

_WEAK: tuple[tuple[frozenset[str], Shape], ...] = (
    (words("x y z a b val value target item elem element low lo high hi start stop end step m"), Integers()),
    (words("c key label line needle haystack"), Text()),
    (
        words(
            "arr array lst l li xs ys list items elements seq sequence data values vals coefficients samples readings "
            "my_list input_list a_list"
        ),
        Collected(Integers()),
    ),
    (words("scores prices weights heights ages grades amounts costs"), Collected(Integers(low=0))),
    (
        words(
            "price rate ratio weight amount total threshold temperature percent percentage radius distance probability "
            "tolerance factor scale score balance speed salary discount"
        ),
        Floats(low=0.0),
    ),
    (words("d dct dic dictionary mapping"), Dictionaries(Text("abcxyz", 1, 4), Integers())),
    (words("iterable coll collection population"), Collected(Integers())),
    (words("iterables seqs sequences colls lists sets others"), Collected(Collected(Integers()))),
    (words("func f fn function keyfunc key_func transform mapper"), _KEYS),
    (words("pred predicate"), _PREDICATES),
)


def shape_of_name(name: str) -> tuple[Shape, Evidence]:
    """What a parameter called `name` holds by custom, and whether that is a custom or a guess.

    Unknown where the name says nothing.
    """
    lowered = name.lower().strip("_")
    for candidate in (lowered, _TRAILING.sub("", lowered)):
        for evidence, customs in ((Evidence.NAME, _STRONG), (Evidence.GUESS, _WEAK)):
            for members, shape in customs:
                if candidate in members:
                    return shape, evidence
    if re.match(r"(is|has|should|use|with|include|allow|ignore|enable)_", lowered):
        return BOOLEANS, Evidence.NAME
    return Unknown(), Evidence.GUESS
