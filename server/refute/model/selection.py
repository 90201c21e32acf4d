"""From the `model` setting to a model."""

from pathlib import Path
from urllib.parse import urldefrag

from refute.model import catalogue
from refute.model.absent import NoModel
from refute.model.fake import FakeModel
from refute.model.interface import Model, ModelError, ModelState
from refute.model.local import LocalModel
from refute.model.remote import RemoteModel


def open_model(
    choice: str,
    *,
    threads: int = 0,
    gpu_layers: int = -1,
    context_size: int = 8192,
    idle_seconds: float = 600.0,
) -> Model:
    """The model that `choice` names; nothing is started or loaded before the first request.

    `choice` is a name of the catalogue, the path of a GGUF file, the URL of an OpenAI-compatible server (with
    "#model-name" at the end where it serves several), "none", or "fake:PATH" with a file of answers. Never raises:
    what cannot be used becomes a model whose status says what to do. The other parameters are for local models.
    """
    if choice == "none":
        return NoModel()
    if choice.startswith("fake:"):
        try:
            return FakeModel.from_file(Path(choice.removeprefix("fake:")).expanduser())
        except ModelError as error:
            return NoModel(ModelState.FAILED, name=choice, detail=str(error))
    if choice.startswith(("http://", "https://")):
        url, model_name = urldefrag(choice)
        return RemoteModel(url, model_name or None)
    known = catalogue.find(choice)
    if known is None and not _looks_like_path(choice):
        names = ", ".join(model.name for model in catalogue.CATALOGUE)
        detail = f"there is no model {choice!r}; choose {names}, a path to a .gguf file, a URL, or none"
        return NoModel(ModelState.FAILED, name=choice, detail=detail)
    path = known.path if known else Path(choice).expanduser().absolute()
    argument = "" if choice == catalogue.DEFAULT_NAME else f" {choice}"
    return LocalModel(
        path,
        name=known.name if known else path.name,
        when_missing=f"run: refute model pull{argument}" if known else f"there is no file {path}",
        threads=threads,
        gpu_layers=gpu_layers,
        context_size=context_size,
        idle_seconds=idle_seconds,
    )


def _looks_like_path(choice: str) -> bool:
    return choice.endswith(".gguf") or "/" in choice or "\\" in choice
