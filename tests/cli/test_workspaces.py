from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.locked import lock

from refute.cli.workspaces import TargetError, find_targets, find_workspace


def tree(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(project: Path, *arguments: str, exclude: Sequence[str] = ()) -> list[str]:
    targets = find_targets(arguments or (".",), project, exclude)
    return [target.path.relative_to(project).as_posix() for target in targets]


def test_folders_are_walked_in_the_order_of_names(project: Path) -> None:
    tree(project, "b.py", "a.py", "pkg/z.py", "pkg/sub/y.py", "notes.txt")
    assert found(project) == ["a.py", "b.py", "pkg/z.py", "pkg/sub/y.py"]


def test_what_is_not_the_users_code_is_left_out(project: Path) -> None:
    tree(
        project,
        "a.py",
        ".hidden/b.py",
        "env/pyvenv.cfg",
        "env/lib/c.py",
        "__pycache__/d.py",
        "node_modules/e.py",
        "test_f.py",
        "g_test.py",
        "conftest.py",
    )
    assert found(project) == ["a.py"]


def test_what_git_ignores_is_left_out(project: Path) -> None:
    tree(project, "a.py", "build/b.py", "pkg/c.py", "pkg/keep.py", "pkg/d_generated.py")
    (project / ".gitignore").write_text("build/\n*_generated.py\n")
    (project / "pkg/.gitignore").write_text("*.py\n!keep.py\n")
    assert found(project) == ["a.py", "pkg/keep.py"]


def test_the_gitignore_of_the_repository_counts_in_its_folders(project: Path) -> None:
    tree(project, ".git/HEAD", "pkg/a.py", "pkg/old/b.py")
    (project / ".gitignore").write_text("old/\n")
    assert found(project, "pkg") == ["pkg/a.py"]


def test_an_ignored_folder_that_is_named_is_meant(project: Path) -> None:
    tree(project, ".git/HEAD", "old/b.py")
    (project / ".gitignore").write_text("old/\n")
    assert found(project, "old") == ["old/b.py"]


def test_the_exclude_setting_wins_over_gitignore(project: Path) -> None:
    tree(project, "a.py", "vendor/b.py")
    (project / ".gitignore").write_text("!vendor/\n")
    assert found(project, exclude=["vendor/"]) == ["a.py"]


def test_a_file_that_is_named_is_meant_whatever_it_is(project: Path) -> None:
    tree(project, "test_a.py", "script")
    assert found(project, "test_a.py", "script") == ["test_a.py", "script"]


def test_a_file_comes_once(project: Path) -> None:
    tree(project, "pkg/a.py")
    assert found(project, "pkg", "pkg/a.py", "pkg/../pkg/a.py", ".") == ["pkg/a.py"]


def test_functions_of_a_file_add_up_until_the_file_itself_is_named(project: Path) -> None:
    tree(project, "a.py", "b.py")
    first, second = find_targets(["a.py::f", "a.py::C::g", "b.py::f", "b.py"], project, ())
    assert (first.functions, second.functions) == (("f", "C.g"), ())


def test_a_path_that_does_not_exist_is_an_error(project: Path) -> None:
    with pytest.raises(TargetError, match=r"nowhere\.py: there is no such file or folder"):
        find_targets(["nowhere.py"], project, ())


def test_the_workspace_is_the_nearest_project_that_holds_all_paths(tmp_path: Path) -> None:
    tree(tmp_path, "outer/pyproject.toml", "outer/inner/pyproject.toml", "outer/inner/a.py", "outer/b.py")
    inner, outer = tmp_path / "outer/inner", tmp_path / "outer"
    assert find_workspace([inner / "a.py"], tmp_path) == inner
    assert find_workspace([inner / "a.py", outer / "b.py"], tmp_path) == outer


def test_without_a_project_the_workspace_is_the_current_folder_if_it_holds_the_paths(tmp_path: Path) -> None:
    tree(tmp_path, "here/sub/a.py", "there/b.py")
    assert find_workspace([tmp_path / "here/sub/a.py"], tmp_path / "here") == tmp_path / "here"
    assert find_workspace([tmp_path / "there/b.py"], tmp_path / "here") == tmp_path / "there"


def test_a_folder_that_may_not_be_searched_has_nothing_to_check(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(project, "a.py", "locked/b.py")
    lock(project / "locked", monkeypatch)
    assert found(project) == ["a.py"]


def test_a_file_that_may_not_be_seen_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(project, "locked/b.py")
    lock(project / "locked", monkeypatch)
    assert find_workspace([project / "locked/b.py"], project) == project
    with pytest.raises(TargetError, match=r"locked/b\.py: there is no such file or folder, or it may not be read"):
        found(project, "locked/b.py")
