"""From a prompt to tokens, by the chat template of the model."""

import ctypes
from typing import Any

from refute.model.interface import Prompt
from refute.model.llama import Llama

_SYSTEM, _USER = "\ue000system\ue001", "\ue000user\ue001"
_CHATML = f"<|im_start|>system\n{_SYSTEM}<|im_end|>\n<|im_start|>user\n{_USER}<|im_end|>\n<|im_start|>assistant\n"
"""What most small models are trained on, for files whose template is missing or unknown to llama.cpp."""


class ChatTemplate:
    """Knows how a model wants its messages framed.

    The frame is read as control tokens and the messages are not, so that a docstring with "<|im_end|>" in it stays a
    docstring. Each part is tokenised on its own: what two prompts share in text they share in tokens.
    """

    def __init__(self, llama: Llama) -> None:
        self._llama = llama
        rendered = _render(llama) or _CHATML
        if _SYSTEM in rendered:
            before, rest = rendered.split(_SYSTEM, 1)
            between, after = rest.split(_USER, 1)
            self._system_is_message = True
        else:  # a template without system messages: ours goes before the user's text
            before, after = rendered.split(_USER, 1)
            between = "\n\n"
            self._system_is_message = False
        self._before = llama.tokenise(before, special=True, first=True)
        self._between = llama.tokenise(between, special=self._system_is_message)
        self._after = llama.tokenise(after, special=True)

    def tokens(self, prompt: Prompt) -> list[int]:
        """The whole prompt up to and with its opening."""
        plain = [self._llama.tokenise(text, special=False) for text in (prompt.system, prompt.user, prompt.opening)]
        return [*self._before, *plain[0], *self._between, *plain[1], *self._after, *plain[2]]


def _render(llama: Llama) -> str | None:
    """The template with marks in place of the messages; None where llama.cpp does not know it."""
    api, template = llama.api, llama.chat_template()
    if template is None:
        return None
    messages: Any = (api.llama_chat_message * 2)()
    for index, (role, content) in enumerate((("system", _SYSTEM), ("user", _USER))):
        messages[index].role, messages[index].content = role.encode(), content.encode()
    buffer = ctypes.create_string_buffer(1 << 16)
    length = api.llama_chat_apply_template(template, messages, 2, True, buffer, len(buffer))
    text = buffer.raw[: max(length, 0)].decode()
    return text if text.count(_USER) == 1 and text.count(_SYSTEM) <= 1 else None
