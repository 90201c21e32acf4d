"""Start of a zygote, `PYTHON -I -B .../worker/__main__.py`, or of a single worker, which has an argument.

Loads this folder under a private name, then runs it.
"""

import importlib.util
import os
import sys

_PRIVATE_NAME = "_refute_worker"


def _load() -> None:
    folder = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        _PRIVATE_NAME, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} does not hold the worker")
    package = importlib.util.module_from_spec(spec)
    sys.modules[_PRIVATE_NAME] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    _load()
    if sys.argv[1:]:
        importlib.import_module(f"{_PRIVATE_NAME}.single").main(sys.argv[1])
    else:
        importlib.import_module(f"{_PRIVATE_NAME}.keeper").main()
