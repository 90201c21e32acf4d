"""Model files that change while they are used; without a model, since only the process matters."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from refute.model.interface import CompletionRequest, ModelError, ModelState, Prompt
from refute.model.local import LocalModel
from refute.model.wire import Message

REQUEST = CompletionRequest(Prompt("", "x"))
USAGE = {
    "prompt_tokens": 1,
    "evaluated_tokens": 1,
    "generated_tokens": 1,
    "prompt_seconds": 1.0,
    "generation_seconds": 1.0,
}


def text_of(path: str) -> str:
    return Path(path).read_text()


@dataclass(frozen=True)
class File:
    """A model file."""

    path: Path

    def hold(self, text: str) -> None:
        """Put another file in its place."""
        new = self.path.with_name("new")
        new.write_text(text)
        new.replace(self.path)

    def delete(self) -> None:
        self.path.unlink()


class Process:
    """Answers with what stood in the file when it was started, as one does that has loaded it."""

    started: list["Process"]
    backend = "CPU"
    is_busy = False
    id = 1

    def __init__(self, weights: str) -> None:
        self.weights = weights
        self.ended: str | None = None

    @classmethod
    async def start(cls, arguments: Sequence[str]) -> "Process":
        weights = text_of(arguments[arguments.index("--path") + 1])
        if "too large" in weights:
            raise ModelError("it needs about 9.9 GB of memory and 1.0 GB is free")
        cls.started.append(cls(weights))
        return cls.started[-1]

    async def ask(self, message: Message, on_text: object = None) -> Message:
        completion = {"text": self.weights, "finish": "stop", "tokens": 1, "log_probability": None}
        return {"kind": "completed", "completions": [[completion]], "usage": USAGE}

    async def aclose(self) -> None:
        self.ended = "it was ended"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> File:
    Process.started = []
    monkeypatch.setattr("refute.model.local.ModelProcess", Process)
    found = File(tmp_path / "model.gguf")
    found.hold("first")
    return found


async def answer(model: LocalModel) -> str:
    (completion,) = await model.complete(REQUEST)
    return completion.text


async def test_a_file_that_is_replaced_is_loaded_by_the_next_request(file: File) -> None:
    model = LocalModel(file.path)
    assert [await answer(model), await answer(model)] == ["first", "first"]
    before = model.identity
    file.hold("the second")
    assert model.identity != before
    assert await answer(model) == "the second"
    await model.aclose()
    assert [process.ended for process in Process.started] == ["it was ended"] * 2


async def test_a_file_that_is_deleted_is_good_for_as_long_as_it_is_loaded(file: File) -> None:
    model = LocalModel(file.path, when_missing="run: refute model pull")
    await answer(model)
    before = model.identity
    file.delete()
    assert await answer(model) == "first"
    assert model.identity == before
    Process.started[0].ended = "it crashed"
    assert model.status.state is ModelState.MISSING
    with pytest.raises(ModelError, match="run: refute model pull"):
        await answer(model)
    await model.aclose()


async def test_too_little_memory_is_said_and_tried_again_later(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    file.hold("too large")
    model = LocalModel(file.path)
    with pytest.raises(ModelError, match=r"9\.9 GB"):
        await answer(model)
    assert (model.status.state, model.status.detail[:14]) == (ModelState.FAILED, "it needs about")
    file.hold("small")
    with pytest.raises(ModelError, match=r"9\.9 GB"):
        await answer(model)  # at once is too soon
    monkeypatch.setattr("refute.model.local._SECONDS_BEFORE_NEXT_LOAD", 0.0)
    assert await answer(model) == "small"
    await model.aclose()
