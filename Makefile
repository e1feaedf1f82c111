# From a bare clone: `make demo` and `make test` set everything up by themselves, in .venv.
# They need Python 3.11 or newer, make, and a package index that pip can reach.

PYTHON ?= python3
DEMO ?=
PYTEST ?=

# Commands run as modules: scripts of a virtual environment fail in a path with spaces.
VENV := .venv
RUN := $(VENV)/bin/python -m
PIP := $(RUN) pip --quiet --disable-pip-version-check

# Kernel tests that also run interpreted, where a kernel's lines can be seen and covered. There NumPy
# warns of the infinities that compiled kernels pass on in silence.
INTERPRETED := tests/earth tests/estimation tests/flight

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check docs bench lock clean

help: ## Say what can be made.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

demo: $(VENV)/.run ## Set up, then watch a launch; options in DEMO="--speed 1".
	@echo "Getting the numerical kernels ready (compiled once, in about half a minute) ..."
	@$(RUN) launchwatch warm
	@$(RUN) launchwatch demo $(DEMO)

test: check ## Set up, then pass all the tests; pytest's options in PYTEST="-k zones".
	@echo "Getting the numerical kernels ready (compiled once, in about half a minute) ..."
	@$(RUN) launchwatch warm
	$(RUN) pytest $(PYTEST)
	NUMBA_DISABLE_JIT=1 $(RUN) pytest -W ignore::RuntimeWarning -m "not compiled" $(wildcard $(INTERPRETED))

check: $(VENV)/.test ## Set up, then lint and check types, without running anything.
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

docs: $(VENV)/.docs ## Set up, then build the pages in docs/_build/html; warnings are errors.
	$(RUN) sphinx --fail-on-warning --keep-going --quiet -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html."

bench: $(VENV)/.bench ## Set up, then measure and write docs/benchmarks.md (minutes).
	@echo "Getting the numerical kernels ready (compiled once, in about half a minute) ..."
	@$(RUN) launchwatch warm
	$(VENV)/bin/python benchmarks/table.py

lock: ## Choose newest dependencies and pin them in requirements/ (needs uv).
	scripts/lock.sh

clean: ## Remove the environment and everything built.
	rm -rf $(VENV) build dist docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'launchwatch needs Python 3.11 or newer: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip' || \
	  { echo 'this Python cannot make environments: install python3-venv' >&2; exit 1; }
	@echo "Making the environment $(VENV) ..."
	@"$(PYTHON)" -m venv $(VENV)

# Pinned and hashed first, then launchwatch itself, built by what was pinned.
$(VENV)/.run $(VENV)/.test $(VENV)/.bench $(VENV)/.docs: $(VENV)/.%: requirements/%.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what launchwatch needs ($<); the first time takes a minute or two ..."
	@$(PIP) install --require-hashes -r $<
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
