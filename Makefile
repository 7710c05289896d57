# `make chat` opens the window, `make check` runs the fast checks, `make test` runs every check.

PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# As many workers as there are cores, at most four; the tests of a file stay together, for they
# share fixtures, and the files keep the order of tests/conftest.py.
PARALLEL := -n auto --maxprocesses=4 --dist loadfile --no-loadscope-reorder

.PHONY: chat check static test coverage docs licences sbom lock audit install install-dev clean

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

licences: install-dev
	$(BIN)/python -m supply licences

sbom: install-dev
	$(BIN)/python -m supply sbom

lock: install-dev .venv-tools/bin/uv
	$(BIN)/python -m supply lock .venv-tools/bin/uv

# Asks the package index whether a version that is pinned is known to be vulnerable.
audit: .venv-tools/bin/pip-audit
	.venv-tools/bin/pip-audit --strict --disable-pip --no-deps -r constraints.txt

clean:
	rm -rf .venv .venv-tools

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Kakehashi needs Python 3.11 or later: set PYTHON to one, as in make chat PYTHON=python3.12."; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; \
		echo "Python’s venv module is missing: on Debian, run apt-get install python3-venv as root, then try again."; exit 1; }

# The stamps are newer than what they were made from: the second run does nothing. Whatever the locks
# name must have one of their hashes. The last step of each installs Kakehashi itself, and finds the
# rest in place; only for a build of torch with CUDA does it fetch what that names besides.
HASHED := $(BIN)/pip install -q --require-hashes --no-deps
LOCKS := supply/product.lock supply/torch.lock supply/torch-cpu.lock

.venv/installed: pyproject.toml constraints.txt $(LOCKS) | .venv/bin/python
	$(HASHED) -r supply/product.lock
	@$(HASHED) -r supply/torch-cpu.lock 2>.venv/torch.log || { \
		grep -qiE "no matching distribution|do not match the hashes" .venv/torch.log || \
			{ cat .venv/torch.log >&2; exit 1; }; \
		echo "No index here offers PyTorch's build for the CPU and this Python with the hash that is known: taking PyPI's."; \
		$(HASHED) -r supply/torch.lock; }
	$(BIN)/pip install -q --no-build-isolation -c constraints.txt -e .
	@touch $@

.venv/installed-dev: supply/providers.lock supply/development.lock .venv/installed
	$(HASHED) -r supply/providers.lock -r supply/development.lock
	$(BIN)/pip install -q --no-build-isolation -c constraints.txt -e ".[dev]"
	@touch $@

# Tools that stay outside what is installed for Kakehashi and is pinned.
.venv-tools/bin/uv .venv-tools/bin/pip-audit:
	$(PYTHON) -m venv .venv-tools
	.venv-tools/bin/pip install -q uv pip-audit
