# Huiyin 回音. `make run` on a fresh machine with Python 3.11+, make and git; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
RUNTIME := $(VENV)/.runtime.stamp
DEVELOPMENT := $(VENV)/.development.stamp
MESSAGES := $(VENV)/.messages.stamp

.PHONY: help setup setup-dev run test check format bench lock messages clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(RUNTIME) $(MESSAGES) ## .venv from the lock file, with .venv/bin/huiyin in it

setup-dev: setup $(DEVELOPMENT) ## the same, with what tests and checks need

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Huiyin needs Python 3.11 or newer, this is " + sys.version if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

$(MESSAGES): $(RUNTIME) $(wildcard src/huiyin/*/locale/*/LC_MESSAGES/*.po)
	$(BIN)/huiyin messages
	@touch $@

run: setup ## everything: database, packs, demonstration, server and worker
	$(BIN)/huiyin start

test: setup-dev ## the tests, on SQLite (HUIYIN_TEST_DB=postgresql for PostgreSQL)
	$(BIN)/python -m pytest $(PYTEST)

check: setup-dev ## style, types, import contracts, generated files, migrations
	$(BIN)/python -m scripts.check

format: setup-dev ## write the code the way `make check` wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup-dev ## speed, each figure beside its yardstick
	$(BIN)/python bench/run.py $(BENCH)

lock: setup-dev ## write requirements*.txt anew from requirements*.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
		--custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
		--custom-compile-command "make lock" requirements-dev.in -c requirements.txt -o requirements-dev.txt

clean: ## remove the environment and everything made, but not var/ (the data)
	rm -rf $(VENV) build dist *.egg-info src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
