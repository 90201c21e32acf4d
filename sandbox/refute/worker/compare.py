"""Call every variant on the same inputs and say which answers are the same."""

import time
from dataclasses import dataclass, field
from typing import Any

from .blackbox import BlackBox
from .budget import Budget
from .calls import Call, Caller, Overdue, copied_arguments
from .checks import CompiledCheck, Judge, compile_check
from .inputs import ArgumentValues, Enough, InputSource
from .module import Target, namespace_of
from .protocol import Answer, Arguments, ComparedInput, CompareRequest, Comparison
from .same import attributes, same
from .texts import describe_error, safe_expression
from .variants import InPlace, LoadedVariant, load_variant

_GIVE_UP = 2
"""Timeouts after which a variant is not called again."""
_ENDLESS = 3
"""Variants that run out of time before any answers, after which an input is left: it hardly belongs to the domain."""
_CANDIDATES = 3
"""Inputs generated for each one that is used, so that small and large ones can be chosen."""
_SLOWER = 20.0
_LEAST_SECONDS = 0.02
_ANSWER = 500


@dataclass
class _Group:
    """Calls with the same answer. `state` is what a method left in `self`."""

    call: Call
    state: object
    answer: Answer


@dataclass
class _Input:
    arguments: ArgumentValues
    texts: Arguments
    groups: list[_Group] = field(default_factory=list["_Group"])
    choice: list[int] = field(default_factory=list[int])
    rejected: list[tuple[int, ...]] = field(default_factory=list["tuple[int, ...]"])


class Compare:
    """One `CompareRequest` being carried out on a module that is loaded."""

    def __init__(self, request: CompareRequest, target: Target, caller: Caller, box: BlackBox) -> None:
        self._request = request
        self._target = target
        self._caller = caller
        self._box = box
        self._budget = Budget()
        self._namespace = namespace_of(target.module)
        self._judge = Judge(caller, request.module.path, request.call_seconds)
        self._defaults = target.defaults
        self._source = InputSource(request.inputs, self._namespace, self._judge, self._defaults)
        self._timeouts = [0] * len(request.variants)
        self._endless = 0
        self._invalid: dict[str, str] = {}

    def comparison(self) -> Comparison:
        """Carry the request out."""
        inputs = self._inputs()
        checks = [self._compiled(index) for index in range(len(self._request.checks))]
        variants = [self._loaded(index) for index in range(len(self._request.variants))]
        done: list[ComparedInput] = []
        detail = ""
        for given in inputs:
            if not self._answer(given, variants, checks):
                detail = f"time ran out after {len(done)} of {len(inputs)} inputs"
                break
            done.append(self._compared(given))
        return Comparison(
            inputs=tuple(done),
            load_errors=tuple(variant.error for variant in variants),
            invalid_checks=tuple(self._invalid.items()),
            status="held" if done else "timed_out" if inputs else "unsatisfiable",
            detail=detail or ("" if inputs else self._source.rejected),
        )

    def _loaded(self, index: int) -> LoadedVariant:
        self._box.record(index, ())
        try:
            return load_variant(self._request.variants[index], self._target, self._caller, self._request.call_seconds)
        finally:
            self._box.clear()

    def _compiled(self, index: int) -> CompiledCheck:
        check = self._request.checks[index]
        names = tuple(name for name, _ in check.example) if check.example else self._source.parameters
        compiled = self._caller.bounded(
            max(1.0, self._request.call_seconds), lambda: compile_check(check, names, self._namespace, self._defaults)
        )
        if compiled.invalid:
            self._invalid[check.id] = compiled.invalid
        return compiled

    def _inputs(self) -> list[_Input]:
        """The examples, then generated inputs from small to large, all different."""
        most = self._request.inputs.max_examples
        found: dict[Arguments, _Input] = {}
        for arguments in self._source.examples():
            self._keep(arguments, found)
        given = len(found)
        wanted = max(0, most - given)

        def body(arguments: ArgumentValues) -> None:
            self._keep(arguments, found)
            if len(found) - given >= wanted * _CANDIDATES or self._budget.spent() > self._request.seconds:
                raise Enough

        if wanted:
            self._source.generate(body, max_examples=2 * wanted * _CANDIDATES)
        values = list(found.values())
        drawn = sorted(values[given:], key=lambda item: sum(len(text) for _, text in item.texts))
        step = max(1.0, len(drawn) / wanted) if wanted else 1.0
        chosen = [drawn[int(index * step)] for index in range(min(wanted, len(drawn)))]
        return values[: max(most, given)][:given] + chosen

    def _keep(self, arguments: ArgumentValues, found: dict[Arguments, _Input]) -> None:
        try:
            texts = self._caller.bounded(
                self._request.call_seconds,
                lambda: tuple((name, safe_expression(value)) for name, value in arguments.items()),
            )
        except Overdue:
            return
        found.setdefault(texts, _Input(arguments, texts))

    def _answer(self, given: _Input, variants: list[LoadedVariant], checks: list[CompiledCheck]) -> bool:
        """Ask every variant; False where time ran out before all had their turn."""
        seconds = self._request.call_seconds / (1 + self._endless)
        self._box.record(0, given.texts)
        overdue: list[int] = []
        answered = False
        for index, variant in enumerate(variants):
            if self._budget.spent() > self._request.seconds:
                return False
            is_endless = not answered and len(overdue) >= _ENDLESS
            if variant.function is None or self._timeouts[index] >= _GIVE_UP or is_endless:
                given.choice.append(-1)
                given.rejected.append(())
                continue
            began = time.perf_counter()
            copies = copied_arguments(given.arguments)
            self._box.record_variant(index)
            with InPlace(self._target, variant):
                call = self._caller.call(variant.function, copies, seconds)
                rejected = self._rejected(given, variant, call, checks)
            if call.kind == "timeout":
                overdue.append(index)
            elif not answered:
                answered = True
                took = time.perf_counter() - began
                seconds = min(seconds, max(_LEAST_SECONDS, took * _SLOWER))
            given.choice.append(-1 if call.kind == "blocked" else self._group(given, call, copies))
            given.rejected.append(rejected)
        for index in overdue if answered else ():
            self._timeouts[index] += 1
        self._endless += bool(overdue) and not answered
        self._box.clear()
        return True

    def _rejected(
        self, given: _Input, variant: LoadedVariant, call: Call, checks: list[CompiledCheck]
    ) -> tuple[int, ...]:
        """The checks that the call violates. A check whose code fails on the answer of a variant rejects it."""
        rejected: list[int] = []
        for index, compiled in enumerate(checks):
            if compiled.invalid or not self._concerns(compiled, given):
                continue
            if not isinstance(self._target.owner, type):
                compiled.use(self._target.name, variant.function)
            verdict = self._judge.judge(compiled, given.arguments, call)
            if verdict.judgement == "invalid" and verdict.detail.startswith("NameError"):
                self._invalid[compiled.id] = verdict.detail
            elif verdict.judgement in ("violated", "invalid"):
                rejected.append(index)
        return tuple(rejected)

    def _concerns(self, compiled: CompiledCheck, given: _Input) -> bool:
        example = compiled.check.example
        return example is None or dict(example) == dict(given.texts)

    def _group(self, given: _Input, call: Call, copies: ArgumentValues) -> int:
        state: Any = None
        if self._target.is_method and copies:
            state = attributes(next(iter(copies.values())))
        elif call.kind == "value" and call.value is None and self._target.returns_nothing:
            state = copies
        for index, group in enumerate(given.groups):
            if group.call.kind == call.kind and self._agree(group, call, state):
                return index
        given.groups.append(_Group(call, state, self._described(call, state)))
        return len(given.groups) - 1

    def _agree(self, group: _Group, call: Call, state: object) -> bool:
        if call.kind == "timeout":
            return True
        if not self._same(group.state, state):
            return False
        if call.kind == "error":
            return type(group.call.error).__name__ == type(call.error).__name__
        return self._same(group.call.value, call.value)

    def _same(self, left: object, right: object) -> bool:
        try:
            return self._caller.bounded(self._request.call_seconds, lambda: same(left, right))
        except Overdue:
            return False

    def _described(self, call: Call, state: object) -> Answer:
        if call.kind == "timeout":
            return Answer("timeout", f"no answer within {self._request.call_seconds:g} s")
        if call.error is not None:
            return Answer("error", describe_error(call.error, _ANSWER))
        try:
            named = "self" if self._target.is_method else "afterwards"
            text = self._caller.bounded(self._request.call_seconds, lambda: _told(call.value, named, state))
        except Overdue:
            text = f"<{type(call.value).__name__} whose repr does not end>"
        return Answer("value", text[:_ANSWER])

    def _compared(self, given: _Input) -> ComparedInput:
        try:
            texts, exact = self._caller.bounded(
                max(1.0, self._request.call_seconds), lambda: self._source.texts(given.arguments)
            )
        except Overdue:
            texts, exact = given.texts, False
        return ComparedInput(
            arguments=texts,
            exact=exact,
            answers=tuple(group.answer for group in given.groups),
            choice=tuple(given.choice),
            rejected=tuple(given.rejected) if self._request.checks else (),
        )


def _told(value: object, named: str, state: object) -> str:
    text = safe_expression(value)
    return f"{text}; {named}: {safe_expression(state, call=False)}" if state else text
