"""Inputs of a function: drawn from strategies with Hypothesis, or given as expressions."""

import random
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed, settings, strategies
from hypothesis.errors import FailedHealthCheck, Flaky, HypothesisException, Unsatisfiable
from hypothesis.strategies import DrawFn, SearchStrategy

from .checks import Judge, compile_expression
from .fitting import Fitting
from .histories import Histories
from .module import SetupError
from .protocol import Arguments, Inputs
from .related import Relations
from .texts import argument_texts

ArgumentValues = dict[str, Any]


class Enough(BaseException):
    """Ends a generation run from inside; Hypothesis lets it pass."""


class InputSource:
    """The inputs of one request. `rejected` is why the last rejected input was, for messages, and `discarded` how many
    of those drawn were; `histories` tell how the instances among them came about. Inputs may leave out parameters that
    have `defaults`."""

    def __init__(self, inputs: Inputs, namespace: dict[str, Any], judge: Judge, defaults: Mapping[str, Any]) -> None:
        self.rejected = ""
        self.discarded = 0
        self._inputs = inputs
        self._namespace = namespace
        self._judge = judge
        self._precondition = self._compiled_precondition(defaults)
        self._strategies: dict[bool, SearchStrategy[ArgumentValues]] = {}
        self.histories = Histories(judge.attempt)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names that inputs have values for."""
        return tuple(name for name, _ in self._inputs.strategies)

    def examples(self) -> list[ArgumentValues]:
        """The given examples that evaluate and fulfil the precondition."""
        found: list[ArgumentValues] = []
        for example in self._inputs.examples:
            try:
                values = self.evaluated(example)
            except SetupError as error:
                self.rejected = str(error)
            else:
                if self.admits(values):
                    found.append(values)
        return found

    def evaluated(self, arguments: Arguments) -> ArgumentValues:
        """The values of arguments given as expressions, or `SetupError`."""
        values: ArgumentValues = {}
        for name, text in arguments:
            try:
                values[name] = eval(text.strip(), dict(self._namespace))
            except (Exception, SystemExit) as error:  # expressions come from docstrings and models
                raise SetupError(f"{name}={text!s:.80} cannot be evaluated ({type(error).__name__}: {error})") from None
        return values

    def texts(self, arguments: ArgumentValues) -> tuple[Arguments, bool]:
        """Arguments as text, and whether all of them are expressions that rebuild their values."""
        return argument_texts(arguments, self._namespace, self.histories.expression)

    def admits(self, arguments: Mapping[str, Any]) -> bool:
        """Whether the precondition holds."""
        if self._precondition is None or self._judge.holds(self._precondition, arguments):
            return True
        self.rejected = f"the precondition {self._inputs.precondition} excludes it"
        return False

    def generate(
        self, body: Callable[[ArgumentValues], None], *, max_examples: int, shrink: bool = False, related: bool = True
    ) -> None:
        """Call `body` with inputs that fulfil the precondition, the same ones in every call of this method.

        What was drawn before is tried again instead, as long as all of it can be evaluated.

        With `shrink`, Hypothesis goes on to smaller inputs after `body` raised. Returns early when `body` raises
        `Enough`; raises `SetupError` for strategies that cannot be drawn from. Without `related`, arguments are drawn
        each for itself.
        """
        drawn = () if shrink or not related else self._drawn_before()
        if drawn:
            _try_again(filter(self.admits, drawn), body)
        else:
            self._draw(body, _settings(max_examples, shrink=shrink), related=related)

    def _draw(self, body: Callable[[ArgumentValues], None], configured: settings, *, related: bool) -> None:
        """Call `body` with what Hypothesis draws."""

        def test(arguments: ArgumentValues) -> None:
            if not self.admits(arguments):
                self.discarded += 1
                reject()
            body(arguments)

        if related not in self._strategies:
            self._strategies[related] = self._arguments_strategy(related=related)
        run = cast("Callable[[], None]", configured(seed(self._inputs.seed)(given(self._strategies[related])(test))))
        state = random.getstate()
        try:
            run()
        except Enough:
            pass
        except (Unsatisfiable, FailedHealthCheck):
            self.rejected = self.rejected or "none could be drawn"  # Hypothesis' advice is on how to write strategies
        except Flaky:
            pass  # the caller confirms what it found by itself
        except HypothesisException as error:
            raise SetupError(f"the strategies cannot be drawn from ({type(error).__name__}: {error})") from None
        finally:
            random.setstate(state)

    def _drawn_before(self) -> list[ArgumentValues]:
        """The values of `Inputs.drawn`; none where one of them cannot be evaluated any more."""
        try:
            return [self.evaluated(arguments) for arguments in self._inputs.drawn]
        except SetupError:
            return []

    def _compiled_precondition(self, defaults: Mapping[str, Any]) -> Callable[..., object] | None:
        text = self._inputs.precondition
        if text is None:
            return None
        try:
            return compile_expression(text, self.parameters, dict(self._namespace), defaults)
        except SyntaxError as error:
            raise SetupError(f"the precondition {text!r:.200} is no expression ({error.msg})") from None

    def _arguments_strategy(self, *, related: bool) -> SearchStrategy[ArgumentValues]:
        if any("from_type(" in text for _, text in self._inputs.strategies):
            _keep_to_ordinary_values()
        public = {name: getattr(strategies, name) for name in strategies.__all__}
        own = {"builds": self.histories.builds, "after_calls": self.histories.after_calls}
        scope = {**self._namespace, **public, "st": strategies, **own}
        parts = {name: _strategy(name, text, scope) for name, text in self._inputs.strategies}
        texts = dict(self._inputs.strategies)
        relations = Relations(texts if related else {})
        fitting = Fitting(self._inputs.precondition, texts)

        @strategies.composite
        def arguments(draw: DrawFn) -> ArgumentValues:
            values: ArgumentValues = {}
            for name, part in parts.items():
                try:
                    values[name] = draw(part)
                except HypothesisException:
                    raise
                except Exception as error:  # a constructor or a mapped function refuses this input
                    self.rejected = f"making {name} raised {type(error).__name__}: {error}"
                    self.discarded += 1
                    reject()
            relations.relate(draw, values)
            fitting.fit(draw, values)
            return values

        return arguments()


def _settings(max_examples: int, *, shrink: bool) -> settings:
    """For inputs without a test that a person would read about: nothing is stored, timed or printed."""
    return settings(
        max_examples=max(1, max_examples),
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
    )


def _try_again(drawn: Iterable[ArgumentValues], body: Callable[[ArgumentValues], None]) -> None:
    """Call `body` with each of `drawn`, until it raises `Enough`. For each input, code under test gets the same random
    numbers, as with Hypothesis."""
    state = random.getstate()
    numpy = sys.modules.get("numpy")
    try:
        for arguments in drawn:
            random.seed(0)
            if numpy is not None:
                numpy.random.seed(0)
            body(arguments)
    except Enough:
        pass
    finally:
        random.setstate(state)


def _keep_to_ordinary_values() -> None:
    """Let the fields of classes that Hypothesis makes from their annotations hold what callers pass: no NaN, no
    surrogates. This process serves one request."""
    strategies.register_type_strategy(int, strategies.integers(-1000, 1000))
    strategies.register_type_strategy(float, strategies.floats(-1000, 1000, width=16, allow_subnormal=False))
    strategies.register_type_strategy(str, strategies.text("abcdeABCDE 0123.,!-_", max_size=20))


def _strategy(name: str, text: str, scope: dict[str, Any]) -> SearchStrategy[Any]:
    try:
        strategy: object = eval(text.strip(), dict(scope))
    except (Exception, SystemExit) as error:  # strategies may be written by a model
        raise SetupError(f"the strategy of {name}, {text!s:.200}, fails ({type(error).__name__}: {error})") from None
    if not isinstance(strategy, SearchStrategy):
        raise SetupError(f"{text!s:.200}, given for {name}, is no strategy")
    found: SearchStrategy[Any] = cast(Any, strategy)
    return found
