"""What the model says about a spec: calls inside the domain, independent implementations, postconditions.

Everything here is asked from the spec alone and kept under the question's digest, so that editing a body costs no
model time at all, in this run or a later one.
"""

import asyncio
import hashlib
import time
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from refute.checker.store import Store
from refute.checker.turns import Turns
from refute.model.interface import Completion, CompletionRequest, Model, ModelError, Prompt, ReadToken
from refute.properties.prompts import (
    CALLS_ASKED,
    PROPERTIES_ASKED,
    Question,
    ask_calls,
    ask_implementation,
    ask_properties,
    body_text,
    header,
    parse_calls,
    parse_properties,
    without_common_text,
)
from refute.properties.property import Property
from refute.properties.units import FunctionUnit
from refute.repair.fix import Candidate
from refute.repair.prompts import RepairPrompt, ask_review, parse_definition
from refute.repair.suspects import expected_edits, rewrites, suspects

SAMPLING_TEMPERATURE = 0.8
REPAIR_TEMPERATURES = (0.0, SAMPLING_TEMPERATURE, SAMPLING_TEMPERATURE, SAMPLING_TEMPERATURE)
LINE_TOKENS = 60
LONGEST_REVIEWED = 6000
"""Characters of a function that reviewers are asked about; they write it again."""
CODE_REPEATS = 24
"""Lines of code that may follow each other with one structure, as in a table; a model that is lost writes more."""
CALL_TEMPERATURES = (0.0, SAMPLING_TEMPERATURE)
"""The greedy answer, and one that has seen other corners of the domain."""


T = TypeVar("T")


@dataclass(frozen=True)
class Scores:
    """Log-probabilities as they are kept in the cache."""

    nats: tuple[float, ...]


@dataclass(frozen=True)
class Answers:
    """Texts of the model as they are kept in the cache."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What the model finds of the tokens of a text, as it is kept in the cache."""

    tokens: tuple[ReadToken, ...]


@dataclass(frozen=True)
class Suspicions:
    """Edits of a body that a model had expected to read: `mutations` begin as it would have gone on, the most
    surprising place first, and `rewrites` hold lines that it wrote itself."""

    mutations: tuple[Candidate, ...]
    rewrites: tuple[Candidate, ...]


@dataclass(frozen=True)
class Opening:
    """What the model is asked first about a spec, all at once: calls inside the domain, and implementations."""

    calls: tuple[tuple[tuple[str, str], ...], ...]
    implementations: tuple[str, ...]


@dataclass(frozen=True)
class _Asked:
    """A question with the temperatures of its answers. `kind` gives each its own seed and place in the cache; `repeats`
    is how many lines of an answer may have one structure."""

    kind: str
    question: Question
    temperatures: tuple[float, ...]
    repeats: int = CODE_REPEATS


class Inference:
    """Asks a model about specs on behalf of one check, and never the same thing twice.

    Checks take turns with the model. `seconds` bounds its work on one question; `waited` counts the seconds that were
    spent waiting for the turn.
    """

    def __init__(self, model: Model, store: Store, turns: Turns, seed: int, seconds: float) -> None:
        self._model = model
        self._store = store
        self._turns = turns
        self._ticket = turns.ticket()
        self._seed = seed
        self._seconds = seconds
        self.waited = 0.0

    async def opening(self, unit: FunctionUnit, samples: int, *, varied: bool) -> Opening:
        """Argument lists that the docstring allows, two answers of the model if `varied`, together with the first
        implementations: `samples` answers, less the second list of calls. Raises `ModelError`."""
        # The first line continues the prompt, and so has a structure of its own.
        calls = _Asked("calls", ask_calls(unit.spec), CALL_TEMPERATURES[: 1 + varied], CALLS_ASKED - 1)
        temperatures = (0.0,) + (SAMPLING_TEMPERATURE,) * (samples - 1 - varied)
        bodies = _Asked("implementations 0", ask_implementation(unit.spec), temperatures)
        lists, texts = await self._ask(unit, calls, bodies)
        found = [arguments for text in lists for arguments in parse_calls(text, unit.spec)]
        return Opening(tuple(dict.fromkeys(found)), _definitions(unit, texts))

    async def implementations(self, unit: FunctionUnit, batch: int, samples: int) -> tuple[str, ...]:
        """Definitions written from the spec, one for each of `samples` answers that parses.

        `batch` counts from 1, after those of the opening. Batches differ in their seeds, so asking for a further one
        gives further opinions. Raises `ModelError`.
        """
        temperatures = (SAMPLING_TEMPERATURE,) * samples
        (texts,) = await self._ask(
            unit, _Asked(f"implementations {batch}", ask_implementation(unit.spec), temperatures)
        )
        return _definitions(unit, texts)

    async def postconditions(self, unit: FunctionUnit) -> tuple[Property, ...]:
        """Conjectured postconditions, not yet believed. Raises `ModelError`."""
        ((text,),) = await self._ask(
            unit, _Asked("properties", ask_properties(unit.spec), (0.0,), PROPERTIES_ASKED - 1)
        )
        return parse_properties(text, unit.spec)

    async def reviews(self, unit: FunctionUnit, samples: int) -> tuple[str, ...]:
        """Definitions by reviewers who see the body: corrected, or as it is, for each of `samples` answers that is
        whole and parses. One that is cut off would look as if it left something out. Long functions have no reviewers.

        Raises `ModelError`.
        """
        if len(unit.source) > LONGEST_REVIEWED:
            return ()
        question = ask_review(unit)
        request = CompletionRequest(
            Prompt(question.system, question.user, question.opening),
            (0.0,) + (SAMPLING_TEMPERATURE,) * (samples - 1),
            question.max_tokens,
            question.stop,
            seed=self._seed,
            copies=True,
        )

        async def review() -> Answers:
            completions = await self._model.complete(request)
            return Answers(tuple(c.text for c in completions if c.finish == "stop"))

        known = await self._once(unit, "reviews", request, Answers, review)
        return () if known is None else _definitions(unit, known.texts)

    async def repairs(self, unit: FunctionUnit, prompt: RepairPrompt, attempt: int) -> tuple[str, ...]:
        """Definitions that answer a repair prompt: the likeliest and a few others. Raises `ModelError`.

        These are not kept: the prompt holds a body that is being edited.
        """
        completions = await self._complete(
            unit,
            CompletionRequest(
                Prompt(prompt.system, prompt.user, prompt.opening),
                REPAIR_TEMPERATURES,
                max_tokens=500,
                stop=("```",),
                seed=self._seed + attempt,
                copies=True,
                repeats=CODE_REPEATS,
            ),
        )
        definitions = (
            parse_definition(prompt.opening + c.text, unit.spec.name, unit.spec.context) for c in completions
        )
        return tuple(definition for definition in definitions if definition is not None)

    async def likelihoods(self, unit: FunctionUnit, sources: tuple[str, ...]) -> tuple[float, ...] | None:
        """The log-probability of each definition's body, in nats, after the spec; None where the model cannot tell.

        Only good for comparing these bodies with each other: what all of them have in common at their beginning, and
        far behind the places where they differ, is left out. Raises `ModelError`.
        """
        question = ask_implementation(unit.spec)
        shared, rests = without_common_text([body_text(source) + "\n```" for source in sources])
        prompt = Prompt(question.system, question.user, question.opening + shared)

        async def score() -> Scores | None:
            scores = await self._model.score(prompt, rests)
            return None if scores is None else Scores(tuple(scores))

        known = await self._once(unit, "likelihoods", (prompt, rests), Scores, score)
        return None if known is None else known.nats

    async def suspicions(self, unit: FunctionUnit, edits: Sequence[Candidate]) -> Suspicions | None:
        """What the model would have written instead in the lines of a body that surprise it most, after the spec.

        None where the model cannot tell. Raises `ModelError`.
        """
        question = ask_implementation(unit.spec)
        body = body_text(unit.source)
        tokens = await self._read(unit, Prompt(question.system, question.user, question.opening), body + "\n")
        if tokens is None:
            return None
        places = suspects(tokens, body)
        written: list[Candidate] = []
        for place in places:
            rest = Question(
                question.system, question.user, question.opening + body[: place.start], ("\n", "```"), LINE_TOKENS
            )
            ((text,),) = await self._ask(unit, _Asked("line", rest, (0.0,)))
            written += rewrites(unit.source, place, text)
        return Suspicions(expected_edits(unit.source, places, edits), tuple(written))

    async def _read(self, unit: FunctionUnit, prompt: Prompt, text: str) -> tuple[ReadToken, ...] | None:
        """What the model finds of each token of `text`, None where it cannot tell."""

        async def read() -> Reading | None:
            tokens = await self._model.read(prompt, text)
            return None if tokens is None else Reading(tuple(tokens))

        known = await self._once(unit, "reading", (prompt, text), Reading, read)
        return None if known is None else known.tokens

    async def _once(
        self, unit: FunctionUnit, kind: str, about: object, type_: type[T], work: Callable[[], Awaitable[T | None]]
    ) -> T | None:
        """What `work` brings for the text `about`, from the cache where it was asked before."""
        key = f"{self._model.identity} {hashlib.sha256(repr(about).encode()).hexdigest()}"
        known = await self._store.look_up(kind, key, type_)
        if known is None:
            known = await self._in_turn(unit, work)
            if known is not None:
                await self._store.keep(kind, key, known)
        return known

    async def _ask(self, unit: FunctionUnit, *asked: _Asked) -> tuple[tuple[str, ...], ...]:
        """The answers to each question; those that are not known are asked together."""
        keys = [self._key(one) for one in asked]
        known = [await self._store.look_up("answers", key, Answers) for key in keys]
        missing = [one for one, answers in zip(asked, known, strict=True) if answers is None]
        if missing:
            requests = tuple(map(self._request, missing))
            answered = iter(await self._in_turn(unit, lambda: self._model.complete_together(requests), len(requests)))
            for number, key in enumerate(keys):
                if known[number] is None:
                    answers = Answers(tuple(completion.text for completion in next(answered)))
                    await self._store.keep("answers", key, answers)
                    known[number] = answers
        return tuple(answers.texts for answers in known if answers is not None)

    def _key(self, asked: _Asked) -> str:
        digest = hashlib.sha256(repr(asked.question).encode()).hexdigest()
        return f"{self._model.identity} {self._seed} {asked.kind} {asked.temperatures} {digest}"

    def _request(self, asked: _Asked) -> CompletionRequest:
        question = asked.question
        return CompletionRequest(
            Prompt(question.system, question.user, question.opening),
            asked.temperatures,
            question.max_tokens,
            question.stop,
            question.grammar,
            seed=self._seed + zlib.crc32(asked.kind.encode()) % 1000,  # each kind and batch its own
            repeats=asked.repeats,
        )

    async def _complete(self, unit: FunctionUnit, request: CompletionRequest) -> tuple[Completion, ...]:
        return await self._in_turn(unit, lambda: self._model.complete(request))

    async def _in_turn(self, unit: FunctionUnit, work: Callable[[], Awaitable[T]], questions: int = 1) -> T:
        """What `work` brings, once it is the turn of this check, or of what is asked about `unit`."""
        came = began = time.monotonic()

        async def within_budget() -> T:
            nonlocal began
            began = time.monotonic()
            try:
                return await asyncio.wait_for(work(), self._seconds * questions)
            except asyncio.TimeoutError:
                raise ModelError(
                    f"the model did not answer within {self._seconds:g} s; use a smaller one or allow more `seconds`"
                ) from None

        try:
            return await self._turns.take(unit.spec_digest, self._ticket, within_budget)
        finally:
            self.waited += began - came


def _definitions(unit: FunctionUnit, texts: Sequence[str]) -> tuple[str, ...]:
    """The definitions that begin with the spec and go on with one of `texts`, where that parses."""
    start = header(unit.spec)
    definitions = (parse_definition(f"{start}\n{text}", unit.spec.name, unit.spec.context) for text in texts)
    return tuple(definition for definition in definitions if definition is not None)
