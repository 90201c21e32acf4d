"""A model behind an OpenAI-compatible server: llama-server, vLLM, Ollama and others."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import httpx

from refute.model.interface import Completion, CompletionRequest, ModelError, ModelState, ModelStatus, Prompt, ReadToken
from refute.model.stopping import StopFilter

_TIMEOUT = httpx.Timeout(300.0, connect=5.0)
"""Seconds: a server that answers may work on a long prompt before its first token."""
_MOST_STOPS = 4
"""OpenAI refuses more; the others are looked for here."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

Kind = Literal["llama-server", "vLLM", "other"]


@dataclass(frozen=True)
class _Server:
    """What the server says of itself: the model to ask for, and which extensions it has."""

    model: str
    kind: Kind


class RemoteModel:
    """Asks the server at `url`; "/v1" is added to an address without a path.

    Without `model_name` it takes the first model that the server lists. The key is read from the environment
    variable `REFUTE_API_KEY`. The samples of a request are concurrent requests, which servers batch. A prompt's
    opening is sent as the begun answer, and taken off again where the server repeats it. Grammars reach llama-server
    only, so answers of other servers may not follow them.
    """

    def __init__(self, url: str, model_name: str | None = None) -> None:
        base = url.rstrip("/")
        self._base = base if urlsplit(base).path else f"{base}/v1"
        self._model_name = model_name
        self._server: _Server | None = None
        self._client: httpx.AsyncClient | None = None
        self._in_flight = 0
        self._failure = ""
        self._tokens_per_second: float | None = None

    @property
    def status(self) -> ModelStatus:
        """READY until a request fails; the server's own state is not known."""
        state = ModelState.BUSY if self._in_flight else ModelState.FAILED if self._failure else ModelState.READY
        name = self._model_name or (self._server.model if self._server else self._base)
        return ModelStatus(state, name, "remote", self._failure, self._tokens_per_second)

    @property
    def identity(self) -> str:
        """URL and model name, as far as they are given."""
        return f"{self._base}#{self._model_name or ''}"

    async def complete(
        self, request: CompletionRequest, on_text: Callable[[int, str], None] | None = None
    ) -> tuple[Completion, ...]:
        """See `refute.model.interface.Model`. `Completion.tokens` counts the pieces that came."""
        self._in_flight += 1
        start = time.monotonic()
        samples: list[asyncio.Task[Completion]] = []
        try:
            server = await self._find_server()
            samples += [
                asyncio.create_task(self._sample(server, request, index, on_text))
                for index in range(len(request.temperatures))
            ]
            completions = await asyncio.gather(*samples)
        except ModelError as error:
            self._failure = str(error)
            raise
        finally:
            self._in_flight -= 1
            for sample in samples:
                sample.cancel()
            await asyncio.gather(*samples, return_exceptions=True)
        self._failure = ""
        self._tokens_per_second = sum(done.tokens for done in completions) / max(time.monotonic() - start, 1e-6)
        return tuple(completions)

    async def complete_together(self, requests: Sequence[CompletionRequest]) -> tuple[tuple[Completion, ...], ...]:
        """All at once; how they are batched is the server's affair."""
        return tuple(await asyncio.gather(*map(self.complete, requests)))

    async def score(
        self,
        prompt: Prompt,  # noqa: ARG002 (the protocol's)
        continuations: Sequence[str],  # noqa: ARG002
    ) -> tuple[float, ...] | None:
        """None: this interface does not tell."""
        return None

    async def read(
        self,
        prompt: Prompt,  # noqa: ARG002 (the protocol's)
        text: str,  # noqa: ARG002
    ) -> tuple[ReadToken, ...] | None:
        """None: this interface does not tell."""
        return None

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _connection(self) -> httpx.AsyncClient:
        if self._client is None:
            key = os.environ.get("REFUTE_API_KEY")
            self._client = httpx.AsyncClient(
                headers={"Authorization": f"Bearer {key}"} if key else {},
                timeout=_TIMEOUT,
                # A proxy cannot reach this machine's own loopback address.
                trust_env=urlsplit(self._base).hostname not in _LOOPBACK,
            )
        return self._client

    async def _find_server(self) -> _Server:
        if self._server is None:
            try:
                response = await self._connection().get(f"{self._base}/models")
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise self._unreachable(error) from error
            if response.status_code == HTTPStatus.NOT_FOUND and self._model_name:
                self._server = _Server(self._model_name, "other")  # not all servers list their models
            else:
                _raise_for_status(self._base, response.status_code, response.text)
                self._server = self._read_models(response)
        return self._server

    def _read_models(self, response: httpx.Response) -> _Server:
        try:
            entries = cast(list[dict[str, Any]], response.json()["data"])
            models = [(str(entry["id"]), entry.get("owned_by")) for entry in entries]
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{self._base} is no OpenAI-compatible server (it lists no models)") from error
        if not models and not self._model_name:
            raise ModelError(f"{self._base} has no model loaded")
        name = self._model_name or models[0][0]
        owners = {owner for _, owner in models}
        return _Server(name, "llama-server" if "llamacpp" in owners else "vLLM" if "vllm" in owners else "other")

    async def _sample(
        self, server: _Server, request: CompletionRequest, index: int, on_text: Callable[[int, str], None] | None
    ) -> Completion:
        """One streamed answer; closing the stream early makes the server stop."""
        opening, stops = _RepeatedOpening(request.prompt.opening), StopFilter(request.stop, request.repeats)
        pieces: list[str] = []
        tokens = 0
        finish: Literal["stop", "length"] = "stop"

        def pass_on(text: str) -> None:
            if text:
                pieces.append(text)
                if on_text is not None:
                    on_text(index, text)

        try:
            async with self._connection().stream(
                "POST", f"{self._base}/chat/completions", json=_body(server, request, index)
            ) as response:
                if response.status_code != HTTPStatus.OK:
                    await response.aread()
                    _raise_for_status(self._base, response.status_code, response.text)
                async for choice in _choices(response):
                    tokens += 1
                    pass_on(stops.feed(opening.feed(_content(choice))))
                    finish = "length" if choice.get("finish_reason") == "length" else "stop"
                    if stops.stopped:
                        break
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        pass_on(stops.feed(opening.finish()) + stops.finish())
        return Completion("".join(pieces), "stop" if stops.stopped else finish, tokens)

    def _unreachable(self, error: Exception) -> ModelError:
        reason = str(error) or type(error).__name__
        return ModelError(f"the model server at {self._base} does not answer ({reason}); is it running?")


def _body(server: _Server, request: CompletionRequest, index: int) -> Mapping[str, object]:
    prompt = request.prompt
    messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
    if prompt.opening:
        messages.append({"role": "assistant", "content": prompt.opening})
    body: dict[str, object] = {
        "model": server.model,
        "messages": messages,
        "stream": True,
        "temperature": request.temperatures[index],
        "top_p": request.top_p,
        "seed": request.seed + index,
        "max_tokens": request.max_tokens,
    }
    if request.stop:
        body["stop"] = list(request.stop[:_MOST_STOPS])
    if server.kind == "llama-server":
        body["cache_prompt"] = True
        if request.grammar is not None:
            body["grammar"] = request.grammar
    if server.kind == "vLLM" and prompt.opening:
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    return body


async def _choices(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    """The first choice of each server-sent event."""
    async for line in response.aiter_lines():
        data = line.removeprefix("data:").strip() if line.startswith("data:") else ""
        if data == "[DONE]":
            return
        if not data:
            continue
        try:
            event = cast(dict[str, Any], json.loads(data))
        except ValueError as error:
            raise ModelError(f"the model server sent what is no event: {data[:80]!r}") from error
        if "error" in event:
            raise ModelError(f"the model server reports: {event['error']}")
        if event.get("choices"):
            yield event["choices"][0]


def _content(choice: dict[str, Any]) -> str:
    return str(choice.get("delta", {}).get("content") or "")


def _raise_for_status(base: str, status: int, text: str) -> None:
    if status == HTTPStatus.OK:
        return
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise ModelError(f"{base} refuses the key (status {status}); set REFUTE_API_KEY to one that it accepts")
    if status == HTTPStatus.NOT_FOUND:
        raise ModelError(f"{base} has no such model or address (status 404); choose with URL#model-name: {text[:200]}")
    raise ModelError(f"{base} answers with status {status}: {text[:300]}")


class _RepeatedOpening:
    """Takes `opening` off the beginning of an answer that repeats it instead of continuing it."""

    def __init__(self, opening: str) -> None:
        self._opening = opening.lstrip()
        self._held = ""
        self._decided = not self._opening

    def feed(self, piece: str) -> str:
        """What can be passed on."""
        if self._decided:
            return piece
        self._held += piece
        begun = self._held.lstrip()
        if len(begun) < len(self._opening) and self._opening.startswith(begun):
            return ""
        return self.finish()

    def finish(self) -> str:
        """What was held back, once the answer ended or is longer than the opening."""
        held, self._held, self._decided = self._held, "", True
        begun = held.lstrip()
        for repeated in (self._opening, self._opening.rstrip()):
            if repeated and begun.startswith(repeated):
                return begun[len(repeated) :]
        return held
