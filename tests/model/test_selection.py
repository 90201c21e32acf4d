from pathlib import Path

import pytest

from refute.model import catalogue
from refute.model.catalogue import CATALOGUE, IndexSource
from refute.model.interface import CompletionRequest, ModelError, ModelState, Prompt
from refute.model.selection import open_model


def test_a_name_of_the_catalogue_whose_file_is_missing_says_how_to_get_it(models_folder: Path) -> None:
    status = open_model("qwen2.5-coder-0.5b").status
    assert (status.state, status.detail) == (ModelState.MISSING, "run: refute model pull qwen2.5-coder-0.5b")
    assert open_model(catalogue.DEFAULT_NAME).status.detail == "run: refute model pull"


async def test_asking_a_model_whose_file_is_missing_fails_with_the_same_words(models_folder: Path) -> None:
    with pytest.raises(ModelError, match="refute model pull"):
        await open_model(catalogue.DEFAULT_NAME).complete(CompletionRequest(Prompt("", "")))


def test_a_path_that_does_not_exist_is_named() -> None:
    assert "there is no file /nowhere/x.gguf" in open_model("/nowhere/x.gguf").status.detail


async def test_none_is_a_model_that_is_off() -> None:
    model = open_model("none")
    assert model.status.state is ModelState.OFF
    with pytest.raises(ModelError, match="switched off"):
        await model.complete(CompletionRequest(Prompt("", "")))
    assert await model.score(Prompt("", ""), ["x"]) is None


def test_an_unknown_name_lists_what_there_is() -> None:
    status = open_model("gpt-17").status
    assert status.state is ModelState.FAILED
    assert "qwen2.5-coder-1.5b" in status.detail


def test_an_address_with_a_model_name_is_a_remote_model() -> None:
    model = open_model("http://localhost:8080#llama")
    assert (model.status.backend, model.identity) == ("remote", "http://localhost:8080/v1#llama")


def test_a_file_of_fake_answers_that_cannot_be_read_is_a_failed_model(tmp_path: Path) -> None:
    status = open_model(f"fake:{tmp_path / 'none.json'}").status
    assert status.state is ModelState.FAILED
    assert "none.json" in status.detail


def test_the_catalogue_has_one_model_for_each_name_and_file() -> None:
    assert len({model.name for model in CATALOGUE}) == len({model.path for model in CATALOGUE}) == len(CATALOGUE)
    assert catalogue.find(catalogue.DEFAULT_NAME) is CATALOGUE[0]


def test_the_slices_of_each_model_add_up_to_its_size() -> None:
    for model in CATALOGUE:
        for source in model.sources:
            if isinstance(source, IndexSource):
                whole = len(source.requirements) * source.slice_size
                assert whole - source.slice_size < model.size <= whole
