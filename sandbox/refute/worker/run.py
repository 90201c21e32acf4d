"""Judge checks on calls of one function: one generation run for all of them, each violation shrunk on its own."""

import contextlib
from collections.abc import Callable
from dataclasses import replace

from .blackbox import BlackBox
from .budget import Budget
from .calls import Call, Caller, Overdue, copied_arguments, line_in
from .checks import CompiledCheck, Judge, Verdict, compile_check
from .inputs import ArgumentValues, Enough, InputSource
from .module import SetupError, Target, namespace_of
from .protocol import MOST_DRAWN, Arguments, Check, Counterexample, Outcome, RunRequest
from .reducing import reduced
from .tallies import Counts, Found, Tally, signature
from .texts import describe_error, safe_expression, safe_repr

_TIMEOUTS = 3
"""Calls that may run out of time before the run ends."""
_BLOCKED = 5
"""Calls that may be refused, with none allowed, before the run ends."""
_GENERATING = 0.6
"""Share of the time for generation; most of the rest is for shrinking."""
_SHRINKING = 0.9

Tell = Callable[[tuple[Outcome, ...]], None]
"""Hears outcomes that may still change, in case the worker does not live to give the last ones."""


class Run:
    """One `RunRequest` being carried out on a module that is loaded."""

    def __init__(self, request: RunRequest, target: Target, caller: Caller, box: BlackBox, tell: Tell) -> None:
        self._request = request
        self._target = target
        self._caller = caller
        self._box = box
        self._tell = tell
        self._budget = Budget()
        self._path = request.module.path
        self._namespace = namespace_of(target.module)
        self._judge = Judge(caller, self._path, request.call_seconds)
        self._defaults = target.defaults
        self._source = InputSource(request.inputs, self._namespace, self._judge, self._defaults)
        self._tallies = [Tally(self._compiled(check)) for check in request.checks]
        for tally in self._tallies:
            tally.invalid = tally.compiled.invalid
        self._counts = Counts()
        self._position = 0
        self._drawn: list[Arguments] | None = [] if request.tell_drawn else None
        self._characters = 0

    def outcomes(self) -> tuple[Outcome, ...]:
        """Carry the request out."""
        general = [tally for tally in self._tallies if tally.compiled.check.example is None]
        for tally in self._tallies:
            if tally.compiled.check.example is not None:
                self._judge_example(tally, tally.compiled.check.example)
        if any(tally.open for tally in general):
            self._generate(general)
        self._tell(self._summary())
        violated = [tally for tally in general if tally.found is not None]
        for index, tally in enumerate(violated):
            spent = self._budget.spent()
            share = max(0.0, self._request.seconds * _SHRINKING - spent) / (len(violated) - index)
            self._shrink(tally, spent + share)
            self._tell((self._outcome(tally),))
        return self._summary()

    @property
    def drawn(self) -> tuple[Arguments, ...]:
        """All inputs that were drawn; none where nobody asked, not all were needed, one cannot be written down, or they
        are long."""
        return tuple(self._drawn or ())

    def _compiled(self, check: Check) -> CompiledCheck:
        names = tuple(name for name, _ in check.example) if check.example else self._source.parameters
        try:
            return self._caller.bounded(
                self._request.call_seconds, lambda: compile_check(check, names, self._namespace, self._defaults)
            )
        except Overdue:
            slow = replace(check, setup="")
            compiled = compile_check(slow, names, self._namespace, self._defaults)
            return replace(compiled, invalid="its setup does not end")

    def _judge_example(self, tally: Tally, example: Arguments) -> None:
        if not tally.open:
            return
        try:
            arguments = self._source.evaluated(example)
        except SetupError as error:
            tally.invalid = str(error)
            return
        self._call_and_judge(arguments, [tally], 0)
        if tally.found is not None and not tally.found.counterexample.exact:  # the example says how they are made
            told = replace(tally.found.counterexample, arguments=example, exact=True)
            tally.found = replace(tally.found, counterexample=told)

    def _generate(self, tallies: list[Tally]) -> None:
        ends = self._request.seconds * _GENERATING

        def body(arguments: ArgumentValues) -> None:
            self._position += 1
            self._note(arguments)
            # Where inputs were drawn before, what would be drawn now may be others: then no place in it is known.
            self._call_and_judge(arguments, tallies, 0 if self._request.inputs.drawn else self._position)
            if self._is_enough(tallies) or self._budget.spent() > ends:
                self._drawn = None
                raise Enough

        for arguments in self._source.examples():
            self._call_and_judge(arguments, tallies, 0)
        if not self._is_enough(tallies) and self._request.inputs.max_examples > 0:
            try:
                self._source.generate(body, max_examples=self._request.inputs.max_examples)
            except SetupError as error:  # what was judged on written examples stays
                self._drawn = None
                for tally in tallies:
                    tally.invalid = tally.invalid or ("" if tally.judged else str(error))

    def _note(self, arguments: ArgumentValues) -> None:
        """Write down what was drawn, for the next run."""
        if self._drawn is None:
            return
        try:
            texts, exact = self._caller.bounded(self._request.call_seconds, lambda: self._source.texts(arguments))
        except Overdue:
            exact, texts = False, ()
        self._characters += sum(len(text) for _, text in texts)
        if exact and self._characters <= MOST_DRAWN:
            self._drawn.append(texts)
        else:
            self._drawn = None

    def _is_enough(self, tallies: list[Tally]) -> bool:
        counts = self._counts
        return (
            not any(tally.open for tally in tallies)
            or len(counts.timeouts) >= _TIMEOUTS
            or (counts.blocked >= _BLOCKED and counts.blocked == counts.calls)
        )

    def _call(self, arguments: ArgumentValues) -> Call:
        """One call on copies; the black box holds its arguments meanwhile."""
        copies = copied_arguments(arguments)
        self._box.record(0, tuple((name, safe_repr(value)) for name, value in arguments.items()))
        try:
            return self._caller.call(self._target.function, copies, self._request.call_seconds)
        finally:
            self._box.clear()

    def _call_and_judge(self, arguments: ArgumentValues, tallies: list[Tally], position: int) -> None:
        call = self._call(arguments)
        counts = self._counts
        counts.calls += 1
        if call.kind == "timeout":
            counts.timeouts.append(self._counterexample(arguments, call))
        elif call.kind == "blocked":
            counts.blocked += 1
            counts.refused = counts.refused or call.refused
        for tally in tallies:
            if tally.open:
                self._judge_call(tally, arguments, call, position)

    def _judge_call(self, tally: Tally, arguments: ArgumentValues, call: Call, position: int) -> None:
        verdict = self._judge.judge(tally.compiled, arguments, call)
        if verdict.judgement == "invalid":
            tally.invalid = verdict.detail
        if verdict.judgement in ("held", "violated"):
            tally.judged += 1
        if verdict.judgement != "violated":
            return
        told = self._counterexample(arguments, call, verdict, tally.compiled)
        found = Found(arguments, position, signature(call, verdict), told)
        if self._violates(tally, arguments) is None:
            tally.seen_once = tally.seen_once or found
            return
        tally.found = found
        self._tell((self._outcome(tally),))

    def _violates(self, tally: Tally, arguments: ArgumentValues) -> Found | None:
        """The violation that one more call with these arguments is, if it is one."""
        call = self._call(arguments)
        verdict = self._judge.judge(tally.compiled, arguments, call)
        if verdict.judgement != "violated":
            return None
        told = self._counterexample(arguments, call, verdict, tally.compiled)
        return Found(arguments, 0, signature(call, verdict), told)

    def _shrink(self, tally: Tally, ends: float) -> None:
        """Look for the smallest input that violates the check in the same way as the one found, until the budget stands
        at `ends`."""
        first = tally.found
        if first is None:
            return
        # Arguments that were made from each other stand in the way of making them smaller, so it is tried without.
        smallest = self._smallest(tally, first, ends, related=False)
        if smallest is None:
            smallest = self._smallest(tally, first, ends, related=True)
        if smallest is None and not first.position:
            smallest = self._reduced(tally, first, ends)
        if smallest is not None:
            confirmed = self._violates(tally, smallest)
            if confirmed is not None and (first.position or confirmed.size <= first.size):
                tally.found = replace(confirmed, position=first.position)

    def _smallest(self, tally: Tally, first: Found, ends: float, *, related: bool) -> ArgumentValues | None:
        """The smallest input that Hypothesis comes to, None where it draws none that violates the check as `first`."""
        position = 0
        smallest: ArgumentValues | None = None

        def body(arguments: ArgumentValues) -> None:
            nonlocal position, smallest
            position += 1
            if related and position < first.position:
                return  # judged before, and not violated
            if self._budget.spent() > ends:
                raise Enough
            call = self._call(arguments)
            verdict = self._judge.judge(tally.compiled, arguments, call)
            if verdict.judgement == "violated" and signature(call, verdict) == first.signature:
                smallest = arguments
                raise Violated

        with contextlib.suppress(Violated):
            self._source.generate(body, max_examples=self._request.inputs.max_examples, shrink=True, related=related)
        return smallest

    def _reduced(self, tally: Tally, first: Found, ends: float) -> ArgumentValues:
        """The written input of `first` made smaller, where no drawn input violates the check."""

        def violates(arguments: ArgumentValues) -> bool:
            if self._budget.spent() > ends or not self._source.admits(arguments):
                return False
            call = self._call(arguments)
            verdict = self._judge.judge(tally.compiled, arguments, call)
            return verdict.judgement == "violated" and signature(call, verdict) == first.signature

        return reduced(first.arguments, violates)

    def _counterexample(
        self,
        arguments: ArgumentValues,
        call: Call,
        verdict: Verdict | None = None,
        compiled: CompiledCheck | None = None,
    ) -> Counterexample:
        error = verdict.error if verdict is not None and verdict.error is not None else call.error
        try:
            texts, exact, result = self._caller.bounded(
                2 * self._request.call_seconds, lambda: self._told(arguments, call)
            )
        except Overdue:
            texts, exact, result = tuple((name, "...") for name in arguments), False, None
        exception = None if error is None else describe_error(error)
        if call.kind == "timeout":
            exception = f"TimeoutError: no answer within {self._request.call_seconds:g} s"
        line = None if error is None else line_in(self._path, error.__traceback__)
        shown = None if compiled is None else self._judge.shown(compiled, arguments, call)
        return Counterexample(texts, result, exception, line, exact, shown)

    def _told(self, arguments: ArgumentValues, call: Call) -> tuple[Arguments, bool, str | None]:
        texts, exact = self._source.texts(arguments)
        return texts, exact, safe_expression(call.value) if call.kind == "value" else None

    def _summary(self) -> tuple[Outcome, ...]:
        return tuple(self._outcome(tally) for tally in self._tallies)

    def _outcome(self, tally: Tally) -> Outcome:
        return tally.outcome(self._counts, self._source.rejected)


class Violated(Exception):
    """Tells Hypothesis that an input is worth shrinking."""
