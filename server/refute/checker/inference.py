"""What the model says about a spec: calls inside the domain, independent implementations, postconditions.

Everything here is asked from the spec alone and kept under the question's digest, so that editing a body costs no
model time at all, in this run or a later one.
"""

import asyncio
import hashlib
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from refute.checker.store import Store
from refute.model.interface import Completion, CompletionRequest, Model, ModelError, Prompt
from refute.properties.prompts import (
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
from refute.repair.prompts import RepairPrompt, parse_definition
from refute.repair.suspects import expected_edits, rewrites, suspects

SAMPLING_TEMPERATURE = 0.8
REPAIR_TEMPERATURES = (0.0, SAMPLING_TEMPERATURE, SAMPLING_TEMPERATURE)
LINE_TOKENS = 60
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
class Suspicions:
    """Edits of a body that a model had expected to read: `mutations` begin as it would have gone on, the most
    surprising place first, and `rewrites` hold lines that it wrote itself."""

    mutations: tuple[Candidate, ...]
    rewrites: tuple[Candidate, ...]


class Inference:
    """Asks one model about specs, one question at a time, and never the same thing twice.

    `seconds` bounds the model's work on one question; time spent waiting for one's turn does not count.
    """

    def __init__(self, model: Model, store: Store, seed: int, seconds: float) -> None:
        self._model = model
        self._store = store
        self._seed = seed
        self._seconds = seconds
        self._turn = asyncio.Lock()

    async def calls(self, unit: FunctionUnit, *, varied: bool) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Argument lists that the docstring allows, two answers of the model if `varied`. Raises `ModelError`."""
        texts = await self._ask("calls", ask_calls(unit.spec), CALL_TEMPERATURES[: 1 + varied])
        found = [arguments for text in texts for arguments in parse_calls(text, unit.spec)]
        return tuple(dict.fromkeys(found))

    async def implementations(self, unit: FunctionUnit, batch: int, samples: int) -> tuple[str, ...]:
        """Definitions written from the spec, one for each sample that parses; the greedy one begins the first batch.

        A batch has `samples` of them. The first two batches share that number, since two that agree often decide.
        Batches differ in their seeds, so asking for a further batch gives further opinions. Raises `ModelError`.
        """
        count = samples if batch >= 2 else (samples + 1 - batch) // 2
        greedy = (0.0,) if batch == 0 else ()
        temperatures = greedy + (SAMPLING_TEMPERATURE,) * (count - len(greedy))
        texts = await self._ask(f"implementations {batch}", ask_implementation(unit.spec), temperatures)
        start = header(unit.spec)
        definitions = (parse_definition(f"{start}\n{text}", unit.spec.name) for text in texts)
        return tuple(definition for definition in definitions if definition is not None)

    async def postconditions(self, unit: FunctionUnit) -> tuple[Property, ...]:
        """Conjectured postconditions, not yet believed. Raises `ModelError`."""
        (text,) = await self._ask("properties", ask_properties(unit.spec), (0.0,))
        return parse_properties(text, unit.spec)

    async def repairs(self, unit: FunctionUnit, prompt: RepairPrompt, attempt: int) -> tuple[str, ...]:
        """Definitions that answer a repair prompt: the likeliest and a few others. Raises `ModelError`.

        These are not kept: the prompt holds a body that is being edited.
        """
        completions = await self._complete(
            CompletionRequest(
                Prompt(prompt.system, prompt.user, prompt.opening),
                REPAIR_TEMPERATURES,
                max_tokens=500,
                stop=("```",),
                seed=self._seed + attempt,
                copies=True,
            )
        )
        definitions = (parse_definition(prompt.opening + c.text, unit.spec.name) for c in completions)
        return tuple(definition for definition in definitions if definition is not None)

    async def likelihoods(self, unit: FunctionUnit, sources: tuple[str, ...]) -> tuple[float, ...] | None:
        """The log-probability of each definition's body, in nats, after the spec; None where the model cannot tell.

        Only good for comparing these bodies with each other: what all of them have in common at their beginning, and
        far behind the places where they differ, is left out. Raises `ModelError`.
        """
        question = ask_implementation(unit.spec)
        shared, rests = without_common_text([body_text(source) + "\n```" for source in sources])
        prompt = Prompt(question.system, question.user, question.opening + shared)
        key = f"{self._model.identity} {hashlib.sha256(repr((prompt, rests)).encode()).hexdigest()}"
        known = self._store.get("likelihoods", key, Scores)
        if known is None:
            scores = await self._in_turn(lambda: self._model.score(prompt, rests))
            if scores is None:
                return None
            known = Scores(tuple(scores))
            self._store.put("likelihoods", key, known)
        return known.nats

    async def suspicions(self, unit: FunctionUnit, edits: Sequence[Candidate]) -> Suspicions | None:
        """What the model would have written instead in the lines of a body that surprise it most, after the spec.

        None where the model cannot tell. Nothing of this is kept, since a body is being edited. Raises `ModelError`.
        """
        question = ask_implementation(unit.spec)
        body = body_text(unit.source)
        prompt = Prompt(question.system, question.user, question.opening)
        tokens = await self._in_turn(lambda: self._model.read(prompt, body + "\n"))
        if tokens is None:
            return None
        places = suspects(tokens, body)
        written: list[Candidate] = []
        for place in places:
            before = Prompt(question.system, question.user, question.opening + body[: place.start])
            (answer,) = await self._complete(CompletionRequest(before, (0.0,), LINE_TOKENS, ("\n", "```")))
            written += rewrites(unit.source, place, answer.text)
        return Suspicions(expected_edits(unit.source, places, edits), tuple(written))

    async def _ask(self, kind: str, question: Question, temperatures: tuple[float, ...]) -> tuple[str, ...]:
        asked = hashlib.sha256(repr(question).encode()).hexdigest()
        key = f"{self._model.identity} {self._seed} {kind} {temperatures} {asked}"
        known = self._store.get("answers", key, Answers)
        if known is None:
            completions = await self._complete(
                CompletionRequest(
                    Prompt(question.system, question.user, question.opening),
                    temperatures,
                    question.max_tokens,
                    question.stop,
                    question.grammar,
                    seed=self._seed + zlib.crc32(kind.encode()) % 1000,  # each kind and batch its own
                )
            )
            known = Answers(tuple(c.text for c in completions))
            self._store.put("answers", key, known)
        return known.texts

    async def _complete(self, request: CompletionRequest) -> tuple[Completion, ...]:
        return await self._in_turn(lambda: self._model.complete(request))

    async def _in_turn(self, work: Callable[[], Awaitable[T]]) -> T:
        async with self._turn:
            try:
                return await asyncio.wait_for(work(), self._seconds)
            except asyncio.TimeoutError:
                raise ModelError(
                    f"the model did not answer within {self._seconds:g} s; use a smaller one or allow more `seconds`"
                ) from None
