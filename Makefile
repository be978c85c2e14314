# Daily commands. `make gate` and `make test` need nothing but Python 3.11+, git and the package index.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# The main job. By default a small shipped target with one planted slowdown and one harmless change.
TARGET ?=
BASE   ?=
HEAD   ?=
OUT    ?= perf-gate-out

# `make study` measures the gate by jobs, for an hour or two; MINUTES=25 ends it earlier, and the
# next call goes on. ONLY is one of its parts: record, stress, jobs, precision, replays, peers.
MINUTES ?=
ONLY    ?=

.PHONY: gate selftest test long pages study lint format clean

gate: $(READY)
	$(BIN)/python examples/run_gate.py --target "$(TARGET)" --base "$(BASE)" --head "$(HEAD)" --out "$(OUT)"

# Plants slowdowns into a copy of the target: the gate must turn red where they are, and only there.
selftest: $(READY)
	$(BIN)/python examples/run_gate.py --selftest --target "$(TARGET)" --out "$(OUT)"

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile

# What `make test` leaves out of its samples.
long: $(READY)
	$(BIN)/python -m pytest -n 2 -m long

# The report and the dashboard in a real Chromium.
pages: $(READY)
	$(BIN)/python -m pytest -rs -m browser tests/browser

study: $(READY)
	$(BIN)/python study/libraries/prepare.py
	$(BIN)/python -m study $(if $(MINUTES),--minutes $(MINUTES)) $(if $(ONLY),--only $(ONLY))

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml examples/workflows/*.yml
	$(BIN)/check-jsonschema --check-metaschema gate/schemas/*.json
	$(BIN)/zizmor --offline --quiet --persona pedantic action.yml .github/workflows/*.yml examples/workflows/*.yml
	$(BIN)/actionlint .github/workflows/*.yml examples/workflows/*.yml
	$(BIN)/hadolint Dockerfile

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis perf-gate-out

$(READY): pyproject.toml
	@echo "setting up $(VENV) (once; about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "perf-gate needs Python 3.11 or later; set PYTHON=python3.x")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet --editable '.[dev]'
	@touch $@
