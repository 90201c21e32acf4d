"""Words of docstrings that tell whether a phrase is about what goes in or about what comes out."""


def words(text: str) -> frozenset[str]:
    """The words of `text` as a set."""
    return frozenset(text.split())


INPUT = words(
    "given take takes taking accept accepts accepting receive receives receiving input inputs supplied provided passed "
    "of in from for over between within original whether check checks test tests contains containing has"
)
OUTPUT = words(
    "return returns returning output outputs produce produces generate generates create creates build builds make "
    "makes construct constructs yield yields give gives result obtain becomes get gets find finds write"
)
TOWARDS = words("to into as")
"""Words that lead to what comes out when a phrase follows at once ("to a string")."""

INTRODUCING = words("a an given input supplied provided original any some")
CONDITIONS = words("if whether when unless until while where that iff")
ASSUMING = words("assume assumes assumed assuming guaranteed require requires required")
PRONOUNS = words("both all they")
COPULAS = words("is are be must should will can always represents represent : =")
ARTICLES = words("a an the both two three any all some given one single input python")
BETWEEN_NAMES = words("""called named , and or ( ) " ' & :""")
OUTPUT_SECTIONS = words("return returns yield yields raise raises rtype output explanation")
GREATER = words("greater larger bigger more")
COUNTS = {"two": 2, "2": 2, "both": 2, "three": 3, "3": 3, "four": 4, "4": 4, "one": 1, "five": 5}
