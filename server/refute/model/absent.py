"""What stands in the place of a model where there is none."""

from collections.abc import Callable, Sequence

from refute.model.interface import Completion, CompletionRequest, ModelError, ModelState, ModelStatus, Prompt, ReadToken


class NoModel:
    """Fails every request with `detail`, which says what is so and what to do."""

    def __init__(
        self,
        state: ModelState = ModelState.OFF,
        *,
        name: str = "none",
        detail: str = "the model is switched off; choose one with --model",
    ) -> None:
        self._status = ModelStatus(state, name, detail=detail)

    @property
    def status(self) -> ModelStatus:
        """OFF where the user wants no model, FAILED where the setting names none that exists."""
        return self._status

    @property
    def identity(self) -> str:
        """No weights."""
        return "none"

    async def complete(
        self,
        request: CompletionRequest,  # noqa: ARG002 (the protocol's)
        on_text: Callable[[int, str], None] | None = None,  # noqa: ARG002
    ) -> tuple[Completion, ...]:
        """Raises `ModelError`."""
        raise ModelError(self._status.detail)

    async def complete_together(
        self,
        requests: Sequence[CompletionRequest],  # noqa: ARG002
    ) -> tuple[tuple[Completion, ...], ...]:
        """Raises `ModelError`."""
        raise ModelError(self._status.detail)

    async def score(
        self,
        prompt: Prompt,  # noqa: ARG002
        continuations: Sequence[str],  # noqa: ARG002
    ) -> tuple[float, ...] | None:
        """It cannot tell."""
        return None

    async def read(
        self,
        prompt: Prompt,  # noqa: ARG002
        text: str,  # noqa: ARG002
    ) -> tuple[ReadToken, ...] | None:
        """It cannot tell."""
        return None

    async def aclose(self) -> None:
        """Nothing to end."""
