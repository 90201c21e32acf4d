# make demo   check demo/ for real and show violations and checked fixes
# make test   the whole suite
# make check  format, lint, types, import contracts
# The VS Code client has make client, client-test, vsix and e2e: see client-vscode/client.mk
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: all setup demo test check format picture clean

all: check test

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Refute needs Python 3.10 or newer; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

# pip keeps the wheel of llama-cpp-python that it builds here in the user's cache, so the five minutes are spent once.
$(STAMP): pyproject.toml | $(BIN)/python
	@echo "Installing Refute into $(VENV) (the first time, llama.cpp is compiled: about five minutes on two cores)"
	$(BIN)/python -m pip install --quiet --editable '.[llama]' --group dev
	@touch $@

setup: $(STAMP)

demo: $(STAMP)
	$(BIN)/refute model pull
	@cd demo && ../$(BIN)/refute check --fix . ; status=$$?; test $$status -eq 1 || { echo "expected violations (exit status 1), got $$status"; exit 1; }

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: $(STAMP)
	$(BIN)/refute model pull smollm2-135m
	$(BIN)/refute model pull
	$(BIN)/python -m pytest

include client-vscode/client.mk

picture: $(STAMP)
	$(BIN)/python docs/images/make.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
