# Needs Python 3.11 or later, git and make; uses uv where it is installed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
DEMO := runs/demo
POLICIES := null random self actor mirror steward limited treacherous:3

.PHONY: help demo test slow lint bench clean
.DEFAULT_GOAL := help

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY)  ## climb the ladder with eight planted stewards and say who stops caring
	rm -rf $(DEMO)
	$(BIN)/gyges sweep --policy $(POLICIES) --scenario commons --rungs 0-5 --seeds 20 --arms will,can \
		--people 24 --turns 30 -o $(DEMO)

test: $(READY)  ## run the tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

slow: $(READY)  ## run the tests that take minutes
	$(BIN)/python -m pytest -m slow -n auto --maxprocesses 4

lint: $(READY)  ## check style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## measure the engine against its bars
	$(BIN)/gyges bench

clean:  ## remove the environment, caches and build products (runs/ stays)
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find gyges tests -name __pycache__ -type d -exec rm -rf {} +

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "no python3 found; install Python 3.11 or later"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than 3.11; set PYTHON=/path/to/python3.11"; exit 1; }
	@if command -v uv >/dev/null; then \
		uv venv --quiet --allow-existing --python $(PYTHON) .venv && \
		uv pip install --quiet --python $(BIN)/python -e '.[dev]'; \
	else \
		$(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'; \
	fi
	@touch $@
