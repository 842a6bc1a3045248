# `make` alone lists the commands: the text behind `##`.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format golden bench peers docs mutants clean

help:
	@echo "make COMMAND [ARGS='...']"
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' Makefile | expand -t 12

demo: .venv/.demo  ## train a convolutional network on handwritten digits
	$(BIN)/smelt demo $(ARGS)

test: .venv/.test  ## run the whole test-suite on two cores
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: .venv/.lint  ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.lint  ## let ruff fix and format what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: .venv/.test  ## write the golden files anew; look at the diff before you commit it
	$(BIN)/python -m pytest tests --golden $(ARGS)

bench: .venv/.bench  ## print the table of benchmarks.core
	$(BIN)/python -m benchmarks.core $(ARGS)

peers: .venv/.bench  ## print the table of single operations beside numpy, torch, jax, onnxruntime
	$(BIN)/python -m benchmarks $(ARGS)

docs: .venv/.docs  ## build the documents and the API reference into build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict $(ARGS)

mutants: .venv/.test  ## test the tests: how many bugs put into ir/ and autograd/ they find
	$(BIN)/python -m tools.mutants $(ARGS)

clean:  ## remove what these commands made, .venv too
	rm -rf .venv build out *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python without ensurepip (Debian's, until python3-venv is there) still fills it with its own pip.
.venv/bin/python:
	@$(PYTHON) -c "import sys; sys.version_info >= (3, 11) or sys.exit(1)" || \
		{ echo "smelt needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv || { \
		$(PYTHON) -m venv --clear --without-pip .venv && \
		$(PYTHON) -m pip --python $@ install --quiet pip; }

# One stamp for each extra: a second run installs nothing. To have the smaller CPU build of torch
# from PyTorch's own index: PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make test
.venv/.%: pyproject.toml | .venv/bin/python
	$(PIP) --editable ".[$*]"
	@touch $@
