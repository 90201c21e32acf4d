import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from refute.model.interface import CompletionRequest, ModelError, ModelState, Prompt
from refute.model.remote import RemoteModel

REQUEST = CompletionRequest(
    Prompt("You write Python.", "add two numbers", "def add(a, b):\n"),
    temperatures=(0.0, 0.8),
    stop=("```",),
    grammar='root ::= "x"',
    seed=7,
)
OPENING = REQUEST.prompt.opening


def events(*pieces: str, finish: str = "stop") -> list[str]:
    choices = [{"delta": {"content": piece}} for piece in pieces] + [{"delta": {}, "finish_reason": finish}]
    return [json.dumps({"choices": [choice]}) for choice in choices] + ["[DONE]"]


class Server:
    """Answers `GET /v1/models` and `POST /v1/chat/completions` as told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.owner = "someone"
        self.models_status = 200
        self.status = 200
        self.answer: Callable[[dict[str, Any]], list[str]] = lambda body: events("    return", " a + b\n")
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.hangs = False
        self.asked, self.left = asyncio.Event(), asyncio.Event()
        self.url = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.headers.append(head)
        if head.startswith("GET"):
            models = {"data": [{"id": "served", "owned_by": self.owner}]}
            writer.write(http(self.models_status, json.dumps(models)))
        else:
            length = next(int(line.split(":")[1]) for line in head.lower().splitlines() if "content-length" in line)
            body = json.loads(await reader.readexactly(length))
            self.bodies.append(body)
            if self.hangs:
                self.asked.set()
                await reader.read()
                self.left.set()
            lines = self.answer(body) if self.status == 200 else []
            text = "".join(f"data: {line}\n\n" for line in lines) or '{"error": "no such thing"}'
            writer.write(http(self.status, text))
        writer.close()


def http(status: int, text: str) -> bytes:
    return f"HTTP/1.1 {status} Said\r\nContent-Length: {len(text.encode())}\r\nConnection: close\r\n\r\n{text}".encode()


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    monkeypatch.delenv("REFUTE_API_KEY", raising=False)
    served = Server()
    listener = await asyncio.start_server(served.handle, "127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    yield served
    listener.close()


@pytest.fixture
async def model(server: Server) -> AsyncIterator[RemoteModel]:
    opened = RemoteModel(server.url)
    yield opened
    await opened.aclose()


async def test_each_temperature_is_a_request_of_its_own_with_its_own_seed(server: Server, model: RemoteModel) -> None:
    heard: list[tuple[int, str]] = []
    completions = await model.complete(REQUEST, lambda sample, piece: heard.append((sample, piece)))
    assert [completion.text for completion in completions] == ["    return a + b\n"] * 2
    assert sorted((body["temperature"], body["seed"]) for body in server.bodies) == [(0.0, 7), (0.8, 8)]
    assert "".join(piece for sample, piece in heard if sample == 1) == "    return a + b\n"
    assert model.status.name == server.bodies[0]["model"] == "served"


async def test_the_opening_is_sent_as_the_begun_answer(server: Server, model: RemoteModel) -> None:
    await model.complete(REQUEST)
    assert server.bodies[0]["messages"][-1] == {"role": "assistant", "content": OPENING}


@pytest.mark.parametrize(
    "pieces", [[OPENING + "    return 1"], ["def ", "add(a, b):", "\n    return 1"], ["def add(a, b):", "    return 1"]]
)
async def test_a_repeated_opening_is_taken_off(server: Server, model: RemoteModel, pieces: list[str]) -> None:
    server.answer = lambda body: events(*pieces)
    assert (await model.complete(REQUEST))[0].text == "    return 1"


async def test_what_only_begins_like_the_opening_stays(server: Server, model: RemoteModel) -> None:
    server.answer = lambda body: events("def ", "other")
    assert (await model.complete(REQUEST))[0].text == "def other"
    server.answer = lambda body: events("def")
    assert (await model.complete(REQUEST))[0].text == "def"


async def test_answers_end_before_stop_strings_even_where_the_server_does_not_see_to_it(
    server: Server, model: RemoteModel
) -> None:
    server.answer = lambda body: events("    x\n`", "``", "more")
    assert (await model.complete(REQUEST))[0].text == "    x\n"


async def test_an_answer_cut_at_its_limit_says_so(server: Server, model: RemoteModel) -> None:
    server.answer = lambda body: events("x", finish="length")
    assert (await model.complete(REQUEST))[0].finish == "length"


@pytest.mark.parametrize(("owner", "expected"), [("llamacpp", REQUEST.grammar), ("library", None)])
async def test_only_llama_server_is_sent_the_grammar(
    server: Server, model: RemoteModel, owner: str, expected: str | None
) -> None:
    server.owner = owner
    await model.complete(REQUEST)
    assert server.bodies[0].get("grammar") == expected


async def test_vllm_is_told_to_continue_the_begun_answer(server: Server, model: RemoteModel) -> None:
    server.owner = "vllm"
    await model.complete(REQUEST)
    assert (server.bodies[0]["continue_final_message"], server.bodies[0]["add_generation_prompt"]) == (True, False)


async def test_the_key_of_the_environment_is_sent(
    server: Server, model: RemoteModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFUTE_API_KEY", "secret")
    await model.complete(REQUEST)
    assert all("authorization: bearer secret" in head.lower() for head in server.headers)


@pytest.mark.parametrize(("status", "words"), [(401, "REFUTE_API_KEY"), (404, "no such model"), (500, "no such thing")])
async def test_a_refusal_says_what_to_do(server: Server, model: RemoteModel, status: int, words: str) -> None:
    server.status = status
    with pytest.raises(ModelError, match=words):
        await model.complete(REQUEST)
    assert model.status.state is ModelState.FAILED


async def test_after_a_failure_the_model_is_ready_again_once_it_answers(server: Server, model: RemoteModel) -> None:
    server.status = 500
    with pytest.raises(ModelError):
        await model.complete(REQUEST)
    server.status = 200
    await model.complete(REQUEST)
    assert (model.status.state, model.status.detail) == (ModelState.READY, "")


async def test_a_server_that_does_not_list_models_serves_the_one_named(server: Server) -> None:
    server.models_status = 404
    model = RemoteModel(server.url, "named")
    await model.complete(REQUEST)
    await model.aclose()
    assert server.bodies[0]["model"] == "named"


async def test_an_error_in_the_stream_is_an_error(server: Server, model: RemoteModel) -> None:
    server.answer = lambda body: [json.dumps({"error": {"message": "out of memory"}})]
    with pytest.raises(ModelError, match="out of memory"):
        await model.complete(REQUEST)


async def test_what_is_no_event_is_an_error(server: Server, model: RemoteModel) -> None:
    server.answer = lambda body: ["{half"]
    with pytest.raises(ModelError, match="no event"):
        await model.complete(REQUEST)


async def test_an_address_where_nobody_listens_is_named() -> None:
    model = RemoteModel("http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:9/v1 does not answer"):
        await model.complete(REQUEST)
    await model.aclose()


async def test_cancelling_hangs_up(server: Server, model: RemoteModel) -> None:
    server.hangs = True
    task = asyncio.create_task(model.complete(CompletionRequest(REQUEST.prompt)))
    await server.asked.wait()
    states = [model.status.state]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await server.left.wait()
    assert [*states, model.status.state] == [ModelState.BUSY, ModelState.READY]


async def test_it_does_not_score() -> None:
    assert await RemoteModel("http://127.0.0.1:9").score(REQUEST.prompt, ["x"]) is None
