"""A checker of an empty workspace, with a fake model and real workers."""

import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Protocol

import pytest

from refute.checker.analysis import FunctionReport
from refute.checker.checker import Checker
from refute.checker.interface import Notice
from refute.checker.settings import Settings
from refute.checker.store import Store
from refute.model.fake import FakeModel
from refute.model.interface import CompletionRequest, Model, Prompt
from refute.properties.units import Snapshot


@dataclass(frozen=True)
class Script:
    """What a fake model says about one function: argument lists, bodies, and postconditions as JSON. It finds code with
    `likely` in it likelier than other code."""

    calls: Sequence[str]
    bodies: Sequence[str]
    postconditions: str = "]"
    repairs: Sequence[str] = ()
    likely: str = "return high"
    _next_body: list[Iterator[str]] = field(default_factory=list[Iterator[str]], init=False, compare=False)

    def answer(self, request: CompletionRequest) -> Sequence[str]:
        asked = request.prompt.user
        if "example calls" in asked:
            return ["\n".join(f"{'' if n == 0 else 'f('}{call})" for n, call in enumerate(self.calls))]
        if "properties" in asked:
            return [self.postconditions]
        if "Write the body" in asked:
            if not self._next_body:
                self._next_body.append(cycle(self.bodies))
            return list(islice(self._next_body[0], len(request.temperatures)))
        return self.repairs or [""]

    def model(self) -> FakeModel:
        return FakeModel(self.answer, scorer=self.scores)

    def scores(self, prompt: Prompt, continuations: Sequence[str]) -> Sequence[float]:
        return [-20.0 + 12.0 * (self.likely in text) for text in continuations]


@dataclass
class Bench:
    """A checker of an empty workspace, and what it said."""

    workspace: Path
    model: Model
    store: Store
    checker: Checker
    notices: list[Notice] = field(default_factory=list[Notice])

    async def check(self, text: str, name: str = "f", *, fix: bool = True) -> FunctionReport:
        path = self.workspace / "module.py"
        path.write_text(text)
        snapshot = Snapshot(path.as_uri(), 1, text)
        unit = next(u for u in self.checker.analyse(snapshot).units if u.qualname == name)
        return await self.checker.check(snapshot, unit, fix=fix)


SETTINGS = Settings()


class MakeBench(Protocol):
    async def __call__(
        self, model: Model, *, python: str = sys.executable, samples: int = 3, settings: Settings = SETTINGS
    ) -> Bench: ...


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[MakeBench]:
    """Makes benches with a model of the test's choice, and ends their processes."""
    made: list[Checker] = []

    async def make(
        model: Model, *, python: str = sys.executable, samples: int = 3, settings: Settings = SETTINGS
    ) -> Bench:
        store = Store(None, None, print)
        notices: list[Notice] = []
        checker = Checker(tmp_path, replace(settings, python=python, samples=samples), notices.append, model, store)
        made.append(checker)
        return Bench(tmp_path, model, store, checker, notices)

    yield make
    for checker in made:
        await checker.aclose()
