import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from refute.model.interface import CompletionRequest, ModelError, ModelState, Prompt
from refute.model.local import LocalModel
from refute.properties.prompts import ask_calls
from refute.properties.units import Parameter, Spec

pytestmark = pytest.mark.real_model

PROMPT = Prompt("You are a helpful assistant.", "What is the capital of France?", "The capital of France is")
STORY = CompletionRequest(Prompt("", "Tell a very long story."), temperatures=(0.8,), max_tokens=900)


async def until(condition: Callable[[], bool]) -> None:
    """Wait, as long as the test may take."""
    while not condition():  # noqa: ASYNC110 (other processes set no events)
        await asyncio.sleep(0.01)


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return False
    return "State:\tZ" not in status


async def test_an_answer_continues_its_opening(model: LocalModel) -> None:
    (completion,) = await model.complete(CompletionRequest(PROMPT, max_tokens=5))
    assert completion.text.startswith(" Paris")
    assert completion.finish == "stop"
    assert (model.status.state, model.status.backend) == (ModelState.READY, "CPU")


async def test_pieces_are_heard_sample_by_sample_and_add_up_to_the_answers(model: LocalModel) -> None:
    heard = ["", ""]

    def listen(sample: int, piece: str) -> None:
        heard[sample] += piece

    completions = await model.complete(CompletionRequest(PROMPT, (0.0, 1.0), max_tokens=20), listen)
    assert [completion.text for completion in completions] == heard
    assert all(heard)


async def test_a_seed_repeats_its_answers_whatever_was_asked_in_between(model: LocalModel) -> None:
    request = CompletionRequest(PROMPT, (0.9, 0.9, 0.9), max_tokens=30, seed=3)
    first = await model.complete(request)
    await model.complete(CompletionRequest(Prompt(PROMPT.system, "Name a colour."), (0.9,), max_tokens=10))
    assert await model.complete(request) == first
    assert len({completion.text for completion in first}) > 1


async def test_greedy_samples_are_equal(model: LocalModel) -> None:
    one, other = await model.complete(CompletionRequest(PROMPT, (0.0, 0.0), max_tokens=10))
    assert one == other


async def test_answers_that_copy_from_the_prompt_are_the_same(model: LocalModel) -> None:
    lines = "\n".join(f"line {number}: the quick brown fox jumps over {number} lazy dogs" for number in range(8))
    prompt = Prompt("", f"Repeat this text.\n{lines}", "line 0: the quick")
    plain = CompletionRequest(prompt, (0.0, 0.8), max_tokens=100)
    drafted = await model.complete(replace(plain, copies=True))
    assert [one.text for one in drafted] == [one.text for one in await model.complete(plain)]


async def test_a_grammar_shapes_every_sample(model: LocalModel) -> None:
    grammar = 'root ::= "[" [0-9]+ ("," [0-9]+)* "]"'
    completions = await model.complete(CompletionRequest(PROMPT, (0.0, 1.0, 2.0), max_tokens=40, grammar=grammar))
    for completion in completions:
        assert set(completion.text) <= set("0123456789,[]")
        assert completion.text.startswith("[")
        assert completion.finish == "length" or completion.text.endswith("]")


async def test_characters_made_of_several_tokens_arrive_whole(model: LocalModel) -> None:
    pieces: list[str] = []
    request = CompletionRequest(PROMPT, max_tokens=60, grammar='root ::= "naïve 漢字 🦊"')
    (completion,) = await model.complete(request, lambda _sample, piece: pieces.append(piece))
    assert completion.text == "".join(pieces) == "naïve 漢字 🦊"
    assert completion.finish == "stop"
    assert not any("\ufffd" in piece for piece in pieces)


async def test_an_answer_ends_before_its_stop_string(model: LocalModel) -> None:
    request = CompletionRequest(PROMPT, max_tokens=60, grammar='root ::= "one two three"', stop=("o th",))
    (completion,) = await model.complete(request)
    assert (completion.text, completion.finish) == ("one tw", "stop")


async def test_a_grammar_that_cannot_be_read_is_an_error_and_harms_nothing_else(model: LocalModel) -> None:
    with pytest.raises(ModelError, match="grammar"):
        await model.complete(CompletionRequest(PROMPT, grammar="root ::= missing"))
    assert await model.complete(CompletionRequest(PROMPT, max_tokens=2))


async def test_a_probable_continuation_scores_higher_than_an_improbable_one(model: LocalModel) -> None:
    paris, banana, empty = await model.score(PROMPT, [" Paris", " banana", ""])
    assert banana < paris < empty == 0.0


async def test_the_probability_of_an_answer_is_its_score(model: LocalModel) -> None:
    (completion,) = await model.complete(CompletionRequest(PROMPT, max_tokens=8))
    (score,) = await model.score(PROMPT, [completion.text])
    assert score == pytest.approx(completion.log_probability, rel=0.1)


async def test_scores_do_not_depend_on_what_is_scored_beside_them(model: LocalModel) -> None:
    texts = [f" {number} and then a longer tail of words {'on ' * number}" for number in range(30)]
    together = await model.score(PROMPT, texts)
    assert (await model.score(PROMPT, texts[7:8]))[0] == pytest.approx(together[7], rel=0.02)


async def test_what_two_prompts_share_is_evaluated_once(model: LocalModel) -> None:
    system = "You answer questions about geography, briefly and truthfully. " * 10
    await model.complete(CompletionRequest(Prompt(system, "What is the capital of France?"), max_tokens=1))
    await model.complete(CompletionRequest(Prompt(system, "What is the capital of Spain?"), max_tokens=1))
    assert model.usage is not None
    assert model.usage.evaluated_tokens <= 64 < model.usage.prompt_tokens


async def test_more_samples_than_run_at_once_are_all_answered(model: LocalModel) -> None:
    completions = await model.complete(CompletionRequest(PROMPT, (0.7,) * 40, max_tokens=3))
    assert len(completions) == 40
    assert all(completion.text for completion in completions)


async def test_names_of_control_tokens_in_a_message_are_only_text(model: LocalModel) -> None:
    async def prompt_tokens(user: str) -> int:
        await model.complete(CompletionRequest(Prompt("", user), max_tokens=1))
        assert model.usage is not None
        return model.usage.prompt_tokens

    assert await prompt_tokens("x<|im_end|>") > await prompt_tokens("x") + 1


async def test_text_that_is_not_unicode_does_no_harm(model: LocalModel) -> None:
    assert await model.complete(CompletionRequest(Prompt("", "half \ud800 of a pair"), max_tokens=1))


async def test_a_prompt_longer_than_the_context_is_refused_with_what_to_do(model: LocalModel) -> None:
    with pytest.raises(ModelError, match="set context_size higher"):
        await model.complete(CompletionRequest(Prompt("", "word " * 2000)))


async def test_answers_share_what_room_the_context_leaves(model: LocalModel) -> None:
    request = CompletionRequest(Prompt("", "word " * 900), (1.0,) * 4, max_tokens=500, grammar='root ::= "a"+')
    completions = await model.complete(request)
    assert {completion.finish for completion in completions} == {"length"}
    assert all(0 < completion.tokens < 30 for completion in completions)


async def test_cancelling_stops_the_work_and_keeps_the_process(model: LocalModel) -> None:
    began = asyncio.Event()
    task = asyncio.create_task(model.complete(STORY, lambda _sample, _piece: began.set()))
    await began.wait()
    before = model.process_id
    assert model.status.state is ModelState.BUSY
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await model.complete(CompletionRequest(PROMPT, max_tokens=1))
    assert model.process_id == before


async def test_a_request_cancelled_while_it_waits_is_never_begun(model: LocalModel) -> None:
    began = asyncio.Event()
    first = asyncio.create_task(model.complete(STORY, lambda _sample, _piece: began.set()))
    await began.wait()
    heard: list[str] = []
    second = asyncio.create_task(model.complete(STORY, lambda _sample, piece: heard.append(piece)))
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    await asyncio.wait((first, second))
    assert await model.complete(CompletionRequest(PROMPT, max_tokens=1))
    assert heard == []


async def test_a_fault_in_the_listener_is_raised_to_its_request_only(model: LocalModel) -> None:
    def listen(_sample: int, _piece: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await model.complete(CompletionRequest(PROMPT, max_tokens=3), listen)
    assert await model.complete(CompletionRequest(PROMPT, max_tokens=1))


@pytest.mark.skipif(sys.platform == "win32", reason="uses signals")
async def test_a_crash_fails_the_request_in_flight_and_the_next_starts_anew(model: LocalModel) -> None:
    began = asyncio.Event()
    task = asyncio.create_task(model.complete(STORY, lambda _sample, _piece: began.set()))
    await began.wait()
    crashed = model.process_id
    assert crashed is not None
    os.kill(crashed, signal.SIGKILL)
    with pytest.raises(ModelError, match="exit status -9"):
        await task
    assert model.status.state is ModelState.FAILED
    assert await model.complete(CompletionRequest(PROMPT, max_tokens=1))
    assert model.process_id not in (None, crashed)


async def test_an_idle_model_is_unloaded_and_loads_again(small_model_path: Path) -> None:
    model = LocalModel(small_model_path, context_size=512, idle_seconds=0.05)
    await model.complete(CompletionRequest(PROMPT, max_tokens=1))
    await until(lambda: model.status.state is ModelState.UNLOADED)
    assert await model.complete(CompletionRequest(PROMPT, max_tokens=1))
    await model.aclose()


async def test_several_requests_at_once_share_one_process(model: LocalModel) -> None:
    request = CompletionRequest(PROMPT, max_tokens=2)
    answers = await asyncio.gather(*(model.complete(request) for _ in range(4)))
    assert answers == [answers[0]] * 4


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_closing_ends_the_process_even_while_it_works(model: LocalModel) -> None:
    began = asyncio.Event()
    task = asyncio.create_task(model.complete(STORY, lambda _sample, _piece: began.set()))
    await began.wait()
    process_id = model.process_id
    assert process_id is not None
    await model.aclose()
    with pytest.raises(ModelError, match="was ended"):
        await task
    assert not is_running(process_id)


async def test_closing_while_loading_leaves_nothing_behind(model: LocalModel) -> None:
    task = asyncio.create_task(model.complete(STORY))
    await until(lambda: model.status.state is ModelState.LOADING)
    await model.aclose()
    await asyncio.wait((task,))
    assert model.process_id is None
    assert model.status.state is ModelState.UNLOADED


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_the_process_ends_with_a_client_that_is_killed(small_model_path: Path) -> None:
    client = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _CLIENT, str(small_model_path), stdout=asyncio.subprocess.PIPE
    )
    assert client.stdout is not None
    process_id = int(await client.stdout.readline())
    assert is_running(process_id)
    client.kill()
    await client.wait()
    await until(lambda: not is_running(process_id))


_CLIENT = """
import asyncio, sys
from pathlib import Path
from refute.model.interface import CompletionRequest, Prompt
from refute.model.local import LocalModel

async def main():
    model = LocalModel(Path(sys.argv[1]), context_size=512)
    await model.complete(CompletionRequest(Prompt("", "x"), max_tokens=1))
    print(model.process_id, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def half_a_file(small_model_path: Path, tmp_path: Path) -> Path:
    half = tmp_path / "half.gguf"
    half.write_bytes(small_model_path.read_bytes()[:50_000_000])
    return half


async def test_half_a_file_fails_with_the_reason_and_is_not_tried_again_at_once(half_a_file: Path) -> None:
    model = LocalModel(half_a_file, context_size=512)
    for _ in range(2):
        with pytest.raises(ModelError, match=r"cannot load .*corrupted or incomplete"):
            await model.complete(CompletionRequest(PROMPT))
        assert model.status.state is ModelState.FAILED
    await model.aclose()


async def test_a_context_beyond_the_trained_one_is_refused(small_model_path: Path) -> None:
    model = LocalModel(small_model_path, context_size=100_000)
    with pytest.raises(ModelError, match="8192 or less"):
        await model.complete(CompletionRequest(PROMPT))


def test_the_identity_names_file_and_size(small_model_path: Path) -> None:
    assert LocalModel(small_model_path).identity == "SmolLM2-135M-Instruct.Q4_1.gguf:98362432"


async def test_reading_tells_what_was_expected_where(model: LocalModel) -> None:
    text = " Paris, and that of Japan is banana."
    tokens = await model.read(PROMPT, text)
    assert [token.start for token in tokens] == sorted({token.start for token in tokens})
    assert tokens[0].start == 0
    assert all(token.likeliest_log_probability >= token.log_probability for token in tokens)
    total = (await model.score(PROMPT, [text]))[0]
    assert sum(token.log_probability for token in tokens) == pytest.approx(total, rel=0.02)
    surprise = max(tokens, key=lambda token: token.likeliest_log_probability - token.log_probability)
    assert text[surprise.start :].startswith(" banana")


async def test_prompts_answered_together_are_answered_as_apart(model: LocalModel) -> None:
    capitals = CompletionRequest(Prompt(PROMPT.system, "What is the capital of France?"), max_tokens=12)
    colours = CompletionRequest(Prompt(PROMPT.system, "Name three colours."), (0.0, 0.0), max_tokens=6)
    together = await model.complete_together((capitals, colours))
    assert [len(completions) for completions in together] == [1, 2]
    assert [c.text for c in together[0]] == [c.text for c in await model.complete(capitals)]
    assert [c.text for c in together[1]] == [c.text for c in await model.complete(colours)]


async def test_a_request_is_answered_the_same_after_several_were_answered_together(model: LocalModel) -> None:
    request = CompletionRequest(PROMPT, (0.0, 0.9), max_tokens=20, seed=3)
    before = await model.complete(request)
    await model.complete_together((request, CompletionRequest(Prompt(PROMPT.system, "Name a colour."), max_tokens=9)))
    assert await model.complete(request) == before


async def test_many_prompts_that_fill_the_context_are_answered_one_after_the_other(model: LocalModel) -> None:
    long = [CompletionRequest(Prompt("", f"{number} " * 280), max_tokens=2) for number in range(1, 4)]
    answers = await model.complete_together(long)
    assert [completion.tokens for (completion,) in answers] == [2, 2, 2]


async def test_the_grammar_of_calls_allows_calls_alone(model: LocalModel) -> None:
    spec = Spec("tag", "tag", (Parameter("text"), Parameter("n")), None, "Tag it.", 1, "def tag(text, n):")
    question = ask_calls(spec)
    prompt = Prompt(question.system, question.user, question.opening)
    request = CompletionRequest(prompt, (0.0, 0.9, 1.5), 150, question.stop, question.grammar)
    for completion in await model.complete(request):
        *calls, last = f"tag({completion.text}".split("\n")
        assert all(re.fullmatch(r"tag\(.*\)", call) for call in calls)
        assert len(calls) < 8
        assert completion.finish == "length" or last.endswith(")")
