"""llama.cpp, as far as it is needed: load, tokenise, evaluate a batch over several sequences, edit the KV cache.

Only the model process imports this. `llama_cpp` is taken as untyped: its ctypes declarations promise types that
type checkers cannot follow.
"""

import ctypes
import importlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from refute.model.backend import backend_in_use
from refute.model.interface import ModelError
from refute.model.machine import usable_cores
from refute.model.threads import ThreadGovernor

BATCH = 512
"""Tokens evaluated at once."""
OUTPUTS = 64
"""Tokens of one batch whose logits can be read; each takes a row as long as the vocabulary."""
SEQUENCES = 32

_SPINS = "1000"
_WARNING = 2
_SENTENCEPIECE = 1

Logits = npt.NDArray[np.float32]


class CancelledEvaluationError(Exception):
    """The evaluation of a batch was cancelled; sequences it was for are in an unknown state."""


@dataclass(frozen=True)
class Entry:
    """A token of a batch: its place in a sequence, and whether its logits will be read."""

    token: int
    position: int
    sequence: int
    output: bool


class Llama:
    """A loaded model and one context with a KV cache that all sequences share (`cells` tokens in all)."""

    def __init__(self, path: Path, *, threads: int, gpu_layers: int, context_size: int) -> None:
        """`threads` 0 means all usable cores, and fewer while other programs want them.

        Raises `ModelError` with llama.cpp's own words where the file cannot be loaded.
        """
        # Threads of OpenMP wait for each other in spin loops by default: where anything else wants a core, the one
        # waited for is not running, and speed falls by a factor of ten. Read when the library is loaded.
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
        try:
            self.api: Any = importlib.import_module("llama_cpp")
        except ImportError as error:
            raise ModelError(
                f"llama-cpp-python cannot be imported ({error}); run: pip install 'refute[llama]'"
            ) from error
        self._log: list[tuple[int, str]] = []
        # ctypes keeps no reference to a callback, so this object must.
        self._log_callback = self.api.llama_log_callback(self._hear)
        self.api.llama_log_set(self._log_callback, ctypes.c_void_p(0))
        self.api.llama_backend_init()
        self._model = self._load(path, gpu_layers)
        self.backend = backend_in_use(text for _, text in self._log)
        self.vocabulary: Any = self.api.llama_model_get_vocab(self._model)
        self.vocabulary_size: int = self.api.llama_vocab_n_tokens(self.vocabulary)
        on_cpu = self.backend == "CPU"
        self._governor = ThreadGovernor(usable_cores()) if on_cpu and not threads else None
        self.context: Any = self._open_context(threads or usable_cores(), context_size, on_cpu=on_cpu)
        self.cells: int = self.api.llama_n_ctx(self.context)
        self._memory: Any = self.api.llama_get_memory(self.context)
        self.can_rewind = not (
            self.api.llama_model_is_recurrent(self._model) or self.api.llama_model_is_hybrid(self._model)
        )
        self._batch: Any = self.api.llama_batch_init(BATCH, 0, 1)
        self._pieces: dict[int, bytes] = {}
        self._no_callback: Any = self.api.ggml_abort_callback()
        self._log.clear()

    def _hear(self, level: int, text: bytes, _user_data: object) -> None:
        self._log.append((level, text.decode("utf-8", "replace")))
        del self._log[:-5000]

    def complaints(self) -> str:
        """What llama.cpp warned of last, in one line; forgotten by this."""
        lines = [text.strip() for level, text in self._log if level > _WARNING and text.strip()]
        self._log.clear()
        return "; ".join(lines[-3:])

    def _load(self, path: Path, gpu_layers: int) -> Any:
        params = self.api.llama_model_default_params()
        params.n_gpu_layers = gpu_layers
        no_devices = (ctypes.c_void_p * 1)(None)
        if gpu_layers == 0:
            params.devices = ctypes.cast(no_devices, ctypes.c_void_p)  # else an unused GPU is woken all the same
        model = self.api.llama_model_load_from_file(str(path).encode(), params)
        if not model:
            raise ModelError(f"llama.cpp cannot load {path}: {self.complaints() or 'it gives no reason'}")
        return model

    def _open_context(self, threads: int, context_size: int, *, on_cpu: bool) -> Any:
        params = self.api.llama_context_default_params()
        params.n_ctx = context_size
        params.n_batch = params.n_ubatch = BATCH
        params.n_seq_max = SEQUENCES
        params.n_outputs_max = OUTPUTS
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = True
        params.offload_kqv = params.op_offload = not on_cpu
        if on_cpu:
            # Here it sums in 16 bits: logits are off by up to 0.5, by other amounts for other threads and batches, so
            # that a seed would not repeat its answers.
            params.flash_attn_type = self.api.LLAMA_FLASH_ATTN_TYPE_DISABLED
        context = self.api.llama_init_from_model(self._model, params)
        if not context:
            reason = self.complaints() or "it gives no reason"
            raise ModelError(f"no room for a context of {context_size} tokens; set context_size lower ({reason})")
        return context

    # Text and tokens

    def tokenise(self, text: str, *, special: bool, first: bool = False) -> list[int]:
        """Tokens of `text`. `special` reads names of control tokens as such; `first` puts the token that begins a
        document before, where the model has one."""
        if not text:
            return []
        data = text.encode("utf-8", "replace")
        if self.api.llama_vocab_type(self.vocabulary) == _SENTENCEPIECE and not first:
            # These vocabularies put a space before any text, which is wrong in the middle of one.
            start = self._tokens_of(b"\n", special=False, first=False)
            return self._tokens_of(b"\n" + data, special=special, first=False)[len(start) :]
        return self._tokens_of(data, special=special, first=first)

    def _tokens_of(self, data: bytes, *, special: bool, first: bool) -> list[int]:
        room = len(data) + 2
        tokens = (self.api.llama_token * room)()
        count = self.api.llama_tokenize(self.vocabulary, data, len(data), tokens, room, first, special)
        if count < 0:
            raise ModelError("llama.cpp could not tokenise the prompt")
        return list(tokens[:count])

    def piece(self, token: int) -> bytes:
        """The bytes of a token: perhaps half a character, nothing for control tokens."""
        if token not in self._pieces:
            size = 64
            while True:
                buffer = ctypes.create_string_buffer(size)
                length = self.api.llama_token_to_piece(self.vocabulary, token, buffer, size, 0, False)
                if length >= 0:
                    break
                size = -length
            self._pieces[token] = buffer.raw[:length]
        return self._pieces[token]

    def ends_answer(self, token: int) -> bool:
        """Whether the model says with `token` that its answer is complete."""
        return bool(self.api.llama_vocab_is_eog(self.vocabulary, token))

    def chat_template(self) -> bytes | None:
        """The template that the file brings, if any."""
        template: bytes | None = self.api.llama_model_chat_template(self._model, None)
        return template

    # Evaluation

    def evaluate(self, entries: Sequence[Entry], interrupted: Callable[[], bool] | None = None) -> None:
        """Evaluate at most `BATCH` tokens; `CancelledEvaluationError` where `interrupted` says so while it runs."""
        batch = self._batch
        batch.n_tokens = len(entries)
        for index, entry in enumerate(entries):
            batch.token[index] = entry.token
            batch.pos[index] = entry.position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = entry.sequence
            batch.logits[index] = entry.output
        wall, cpu = time.monotonic(), time.process_time()
        status = self._decode(interrupted)
        if self._governor is not None:
            threads = self._governor.observe(time.monotonic() - wall, time.process_time() - cpu)
            self.api.llama_set_n_threads(self.context, threads, threads)
        if status == 2:
            raise CancelledEvaluationError
        if status != 0:
            raise ModelError(f"llama.cpp could not evaluate a batch (status {status}; {self.complaints()})")

    def _decode(self, interrupted: Callable[[], bool] | None) -> int:
        if interrupted is None:
            return int(self.api.llama_decode(self.context, self._batch))

        def ask(_user_data: object) -> bool:
            return interrupted()

        callback = self.api.ggml_abort_callback(ask)
        self.api.llama_set_abort_callback(self.context, callback, None)
        try:
            return int(self.api.llama_decode(self.context, self._batch))
        finally:
            self.api.llama_set_abort_callback(self.context, self._no_callback, None)

    def logits(self, index: int) -> Logits:
        """The logits of entry `index` of the last batch; valid until the next."""
        pointer = self.api.llama_get_logits_ith(self.context, index)
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary_size,))

    def log_probability(self, index: int, token: int) -> float:
        """How probable `token` was after entry `index` of the last batch, in nats, at temperature 1."""
        logits = self.logits(index)
        highest = logits.max()
        return float(logits[token] - highest - np.log(np.exp(logits - highest).sum(dtype=np.float64)))

    def likeliest(self, index: int) -> tuple[int, float]:
        """The likeliest token after entry `index` of the last batch, and how probable it was, in nats."""
        token = int(self.logits(index).argmax())
        return token, self.log_probability(index, token)

    # The KV cache

    def truncate(self, sequence: int, length: int) -> bool:
        """Keep the first `length` tokens of `sequence`; False where this kind of model cannot cut one short."""
        return bool(self.api.llama_memory_seq_rm(self._memory, sequence, length, -1))

    def save(self, sequence: int) -> bytes:
        """The evaluated state of `sequence`."""
        size = self.api.llama_state_seq_get_size(self.context, sequence)
        buffer = (ctypes.c_uint8 * size)()
        written = self.api.llama_state_seq_get_data(self.context, buffer, size, sequence)
        return bytes(memoryview(buffer)[:written])

    def restore(self, sequence: int, state: bytes) -> bool:
        """Put a saved state into `sequence`, which is empty; whether that worked."""
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        return bool(self.api.llama_state_seq_set_data(self.context, buffer, len(state), sequence))

    def copy(self, source: int, target: int, length: int) -> None:
        """Let `target`, which is empty, begin with the first `length` tokens of `source`; takes no cells."""
        self.api.llama_memory_seq_cp(self._memory, source, target, 0, length)
