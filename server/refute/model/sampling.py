"""Drawing one sequence's next token: temperature, top-p, seed and grammar."""

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt

from refute.model.interface import ModelError
from refute.model.llama import Llama

_TOP_K = 100
"""Sorting the whole vocabulary for top-p costs more than it changes."""
_SEEDS = 0xFFFF_FFFF
"""llama.cpp takes this seed for "random", so seeds stay below it."""


class Sampler:
    """Owns llama.cpp's samplers of one sequence; `close` frees them."""

    def __init__(self, llama: Llama, *, temperature: float, top_p: float, seed: int, grammar: str | None) -> None:
        self._llama, self._api = llama, llama.api
        self._grammar = None if grammar is None else self._parse(grammar)
        self._chain: Any = self._api.llama_sampler_chain_init(self._api.llama_sampler_chain_default_params())
        if temperature <= 0:
            steps = [self._api.llama_sampler_init_greedy()]
        else:
            steps = [
                self._api.llama_sampler_init_top_k(_TOP_K),
                self._api.llama_sampler_init_top_p(top_p, 1),
                self._api.llama_sampler_init_temp(temperature),
                self._api.llama_sampler_init_dist(seed % _SEEDS),
            ]
        for step in steps:
            self._api.llama_sampler_chain_add(self._chain, step)

    def draw(self, index: int) -> int | None:
        """The token that follows entry `index` of the last batch; None where the grammar allows none.

        A token is drawn freely and, where the grammar refuses it, drawn again among all that it allows. That gives
        each the same probability as asking the grammar first, and asks it about one token, not 150,000.
        """
        token: int = self._api.llama_sampler_sample(self._chain, self._llama.context, index)
        if self._grammar is None:
            return token
        if not self._allows(token):
            allowed = self._draw_allowed(index)
            if allowed is None:
                return None
            token = allowed
        self._api.llama_sampler_accept(self._grammar, token)
        return token

    def close(self) -> None:
        """Free the memory of the samplers."""
        self._api.llama_sampler_free(self._chain)
        if self._grammar is not None:
            self._api.llama_sampler_free(self._grammar)

    def _parse(self, grammar: str) -> Any:
        self._llama.complaints()  # those of before are not about this grammar
        parsed = self._api.llama_sampler_init_grammar(self._llama.vocabulary, grammar.encode(), b"root")
        if not parsed:
            raise ModelError(f"llama.cpp cannot read the grammar: {self._llama.complaints() or 'no rule `root`?'}")
        return parsed

    def _allows(self, token: int) -> bool:
        one = np.array([(token, 1.0, 0.0)], dtype=_CANDIDATE)
        candidates = self._candidates(one)
        self._api.llama_sampler_apply(self._grammar, ctypes.byref(candidates))
        return bool(np.isfinite(one["logit"][0]))

    def _draw_allowed(self, index: int) -> int | None:
        every = np.zeros(self._llama.vocabulary_size, dtype=_CANDIDATE)
        every["id"] = np.arange(len(every))
        every["logit"] = self._llama.logits(index)
        candidates = self._candidates(every)
        self._api.llama_sampler_apply(self._grammar, ctypes.byref(candidates))
        if not np.isfinite(every["logit"]).any():
            return None
        self._api.llama_sampler_apply(self._chain, ctypes.byref(candidates))
        return int(candidates.data[candidates.selected].id)

    def _candidates(self, array: npt.NDArray[np.void]) -> Any:
        data: Any = ctypes.cast(array.ctypes.data, self._api.llama_token_data_p)
        return self._api.llama_token_data_array(data, len(array), -1, False)


_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
