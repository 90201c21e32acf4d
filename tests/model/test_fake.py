import json
from pathlib import Path

import pytest

from refute.model.fake import FakeModel
from refute.model.interface import CompletionRequest, ModelError, Prompt, ReadToken

REQUEST = CompletionRequest(Prompt("system", "sort a list", "def "), temperatures=(0.0, 0.8, 0.8), stop=("\n\n",))


async def texts(model: FakeModel, request: CompletionRequest = REQUEST) -> list[str]:
    return [completion.text for completion in await model.complete(request)]


async def test_answers_come_in_the_order_of_the_queue_and_repeat_for_more_samples() -> None:
    model = FakeModel([["a", "b"], ["c"]])
    assert await texts(model) == ["a", "b", "a"]
    assert await texts(model) == ["c", "c", "c"]
    assert model.requests == [REQUEST, REQUEST]


async def test_an_answer_can_be_made_from_the_request() -> None:
    assert await texts(FakeModel([lambda request: [request.prompt.user]])) == ["sort a list"] * 3


async def test_an_empty_queue_is_an_error() -> None:
    with pytest.raises(ModelError, match="no answer left"):
        await FakeModel([]).complete(REQUEST)


async def test_answers_end_before_stop_strings_as_those_of_a_real_model_do() -> None:
    assert await texts(FakeModel([["x = 1\n\nmore"]])) == ["x = 1"] * 3


async def test_pieces_are_heard_with_the_number_of_their_sample() -> None:
    heard: list[tuple[int, str]] = []
    await FakeModel([["a", "", "c"]]).complete(REQUEST, lambda sample, piece: heard.append((sample, piece)))
    assert heard == [(0, "a"), (2, "c")]


async def test_scores_come_from_the_scorer_and_are_unknown_without_one() -> None:
    prompt = REQUEST.prompt
    scored = FakeModel([], scorer=lambda _prompt, continuations: [-float(len(text)) for text in continuations])
    assert await scored.score(prompt, ["a", "bb"]) == (-1.0, -2.0)
    assert await FakeModel([]).score(prompt, ["a"]) is None


async def test_a_file_of_answers_answers_by_content(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps([{"match": "sort", "answers": ["sorted"]}, {"match": "list", "answers": ["list"]}]))
    model = FakeModel.from_file(file)
    assert await texts(model) == ["sorted"] * 3
    assert await texts(model, CompletionRequest(Prompt("", "something else"))) == [""]


@pytest.mark.parametrize("content", ["{", '["a"]', '[{"match": 1, "answers": []}]', '[{"match": "a", "answers": [1]}]'])
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "answers.json"
    file.write_text(content)
    with pytest.raises(ModelError, match="no file of fake answers"):
        FakeModel.from_file(file)


async def test_readings_come_from_the_reader_and_are_unknown_without_one() -> None:
    prompt, token = Prompt("", "", ""), ReadToken(0, -9.0, "a", -0.1)
    assert await FakeModel([], reader=lambda _prompt, _text: [token]).read(prompt, "b") == (token,)
    assert await FakeModel([]).read(prompt, "b") is None
