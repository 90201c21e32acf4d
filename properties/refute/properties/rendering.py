"""Properties as tests that run with pytest and Hypothesis alone, without Refute."""


from refute.properties.calls import BUILTIN_NAMES, Arguments
from refute.properties.domain import Domain
from refute.properties.property import Property
from refute.properties.units import FunctionUnit

_WIDTH = 100
_ALWAYS_KNOWN = BUILTIN_NAMES | {"result", "error", "same"}
_SAME = '''\
def same(left, right):
    """Equality that tolerates rounding of floats and takes NaN for equal to NaN."""
    if isinstance(left, float) or isinstance(right, float):
        if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
            return False
        return math.isclose(left, right, rel_tol=1e-6, abs_tol=1e-9) or (left != left and right != right)
    if isinstance(left, (list, tuple)) and type(left) is type(right):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return left == right
'''


def render_test(
    unit: FunctionUnit, module_name: str, claim: Property, domain: Domain, counterexample: Arguments | None = None
) -> str:
    """A whole test file for one property of `unit`, which is importable from `module_name`.

    `counterexample` is tried before generated inputs; it is left out where it is not an expression that rebuilds
    its values. A property about one example becomes a test of that example.
    """
    return _Renderer(unit, module_name, claim, domain).file(counterexample)
