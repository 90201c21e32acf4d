import os
from pathlib import Path

import pytest

from refute.checker.modules import module_source, surroundings


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    package = tmp_path / "shop" / "prices"
    package.mkdir(parents=True)
    (tmp_path / "shop" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "tax.py").write_text("RATE = 1\n")
    (package / "rules.py").write_text("from shop.prices import tax\n")
    (tmp_path / "alone.py").write_text("")
    return tmp_path


def test_a_file_in_a_package_has_the_packages_name_and_is_found_from_above(workspace: Path) -> None:
    module = module_source(workspace / "shop" / "prices" / "tax.py", "", workspace)
    assert module.name == "shop.prices.tax"
    assert module.search_path[0] == str(workspace)


def test_the_init_file_is_the_package(workspace: Path) -> None:
    assert module_source(workspace / "shop" / "__init__.py", "", workspace).name == "shop"


def test_a_src_folder_is_searched_too(workspace: Path) -> None:
    (workspace / "src").mkdir()
    assert str(workspace / "src") in module_source(workspace / "alone.py", "", workspace).search_path


@pytest.mark.parametrize(
    "text", ["import shop.prices.rules\n", "from .rules import x\n", "from shop.prices import rules\n"]
)
def test_surroundings_change_with_a_file_that_is_imported_indirectly(workspace: Path, text: str) -> None:
    module = module_source(workspace / "shop" / "prices" / "cart.py", text, workspace)
    before = surroundings(module, workspace)
    assert surroundings(module, workspace) == before
    tax = workspace / "shop" / "prices" / "tax.py"
    os.utime(tax, ns=(1, 1))
    assert surroundings(module, workspace) != before


def test_surroundings_do_not_change_with_files_that_are_not_imported(workspace: Path) -> None:
    module = module_source(workspace / "shop" / "prices" / "cart.py", "import os\n", workspace)
    before = surroundings(module, workspace)
    os.utime(workspace / "shop" / "prices" / "tax.py", ns=(1, 1))
    assert surroundings(module, workspace) == before


def test_modules_that_import_each_other_are_followed_once(workspace: Path) -> None:
    (workspace / "a.py").write_text("import b\n")
    (workspace / "b.py").write_text("import a\n")
    assert surroundings(module_source(workspace / "c.py", "import a", workspace), workspace)
