# Two commands matter: `make demo` and `make test`. Both start from a bare checkout.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
ASSETS := src/uptake/ui/static/uptake/vendor/icons.svg
# The demo's size and place; `make demo DEMO_ARGS="--accounts 8 --people 600"` for a smaller one.
DEMO_ARGS ?=
# Servers of packages do not always answer at once.
export PIP_RETRIES := 10
export PIP_TIMEOUT := 60

.PHONY: help demo test check unit explore wheel assets bench-small lock clean system-packages format

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: $(VENV)/.runtime $(ASSETS)  ## set everything up and show the simulated vendor
	$(BIN)/uptake demo $(DEMO_ARGS)

test: check unit wheel  ## set everything up and run every check and test

check: $(VENV)/.dev  ## format, lint, types, layers, house rules
	tools/check

unit: $(VENV)/.dev $(ASSETS) system-packages  ## all tests, on both cores
	$(BIN)/python -m pytest -n 2 --dist worksteal

explore: $(VENV)/.dev $(ASSETS) system-packages  ## the tests of properties, on examples that nobody tried yet
	HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -n 2 --dist worksteal -m hypothesis --randomly-seed=default

wheel: $(VENV)/.dev $(ASSETS)  ## build the wheel and try it in an empty environment
	tools/smoke-wheel

assets: $(ASSETS)  ## fetch what pages need from npm and put it beside the templates

bench-small: $(VENV)/.dev  ## every benchmark at its smallest size
	$(BIN)/python bench/lake.py 1e6
	$(BIN)/python bench/imports.py --rows 1000000
	$(BIN)/python bench/metrics.py --sizes 1000000

format: $(VENV)/.dev  ## put the code into shape
	$(BIN)/ruff format src tests bench tools
	$(BIN)/ruff check --fix src tests bench tools

system-packages:  ## PostgreSQL and Chromium, from the system's packages when absent
	tools/system-packages

lock: $(VENV)/.dev  ## resolve the dependencies anew
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

clean:  ## remove what was built; data in var/ stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(ASSETS): package-lock.json tools/assets.py tools/icons.txt | $(VENV)/.runtime
	$(BIN)/python tools/assets.py

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
		|| { echo "Uptake needs Python 3.11, 3.12 or 3.13; name it with: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@ $(VENV)/.runtime
