# What one does with a checkout. `make help` lists it.

PORT ?= 8000
HOST ?= 127.0.0.1
PYTHONS := python3.14 python3.13 python3.12 python3.11 python3

# Builds the project itself, without isolation, so that pip fetches nothing that is not pinned.
SETUPTOOLS := setuptools==84.2.1 --hash=sha256:ca140b45d5325a9478f880e351484f62fef15f336462e449ca0c03c873d589c2
PIP_TOOLS := pip-tools==7.6.2

PIP := .venv/bin/python -m pip --disable-pip-version-check
COMPILE := .venv/tools/bin/pip-compile --quiet --allow-unsafe --generate-hashes --no-emit-find-links \
	--no-emit-index-url --no-emit-trusted-host --strip-extras

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test check bench screenshots replay matrix races model vectors chaos requirements clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

demo: .venv/demo.stamp ## Database, web and worker with demo data (PORT=8000 HOST=127.0.0.1, FRESH=1 begins anew)
	@exec .venv/bin/zhuanban demo --port "$(PORT)" --host "$(HOST)" $(if $(filter-out 0,$(FRESH)),--fresh)

test: .venv/dev.stamp ## All tests (ARGS= for pytest)
	@exec .venv/bin/python -m pytest -n 2 $(ARGS)

check: .venv/dev.stamp ## Style, types and the directions of imports
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: .venv/dev.stamp ## How fast it is (ARGS= for the benchmarks)
	@exec .venv/bin/python -m tests.benchmarks $(ARGS)

screenshots: .venv/dev.stamp ## Pictures of every page of every role, into var/screenshots/ (ARGS= for roles)
	@exec .venv/bin/python -m tests.screenshots $(ARGS)

replay: .venv/demo.stamp ## Register a file of tickets through the API (INPUT=FILE, URL= of another than the running demo)
	@test -n "$(INPUT)" || { echo "make replay needs a file, as in: make replay INPUT=tickets.jsonl" >&2; exit 1; }
	@exec .venv/bin/python -m tests.replay "$(INPUT)" $(if $(URL),--url "$(URL)")

matrix: .venv/dev.stamp ## Every person at every ticket with every move, all cells (ARGS= for pytest)
	@exec env MATRIX=whole .venv/bin/python -m pytest -n 2 tests/matrix $(ARGS)

races: .venv/dev.stamp ## People who act at the same moment, each pair of moves REPEAT times (REPEAT=50)
	@exec env REPEAT="$(or $(REPEAT),50)" .venv/bin/python -m pytest -n 2 tests/races $(ARGS)

vectors: .venv/dev.stamp ## Legal time limits: published answers, and random periods counted day by day (CASES=200000)
	@exec env CASES="$(or $(CASES),200000)" .venv/bin/python -m pytest -n 2 tests/tickets/test_vectors.py \
		tests/tickets/test_random_periods.py $(ARGS)

model: .venv/dev.stamp ## The service beside a small model of it, EXAMPLES times up to 50 steps (EXAMPLES=2000)
	@exec env EXAMPLES="$(or $(EXAMPLES),2000)" .venv/bin/python -m pytest -n 2 --timeout 0 tests/model $(ARGS)

chaos: .venv/dev.stamp ## Kill processes and databases and prove that nothing is lost (ARGS="providers database" for parts)
	@exec .venv/bin/python -m tests.chaos $(ARGS)

requirements: .venv/tools/bin/pip-compile ## Pin the newest packages that pyproject.toml allows (ARGS=--upgrade)
	@$(COMPILE) $(ARGS) --output-file=requirements.txt pyproject.toml
	@$(COMPILE) $(ARGS) --extra=embedded --output-file=requirements-demo.txt pyproject.toml
	@$(COMPILE) $(ARGS) --extra=dev --extra=embedded --output-file=requirements-dev.txt pyproject.toml

clean: ## Remove .venv and all caches; the demo's data in var/ stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis ./*.egg-info
	@find . -path ./var -prune -o -name __pycache__ -type d -exec rm -rf {} +

# pip says why something fails; the last line says what it means.
define install
	@echo "zhuanban: installing the packages of $(1) …" >&2
	@echo '$(SETUPTOOLS)' | $(PIP) install -q --require-hashes --no-deps -r $(1) -r /dev/stdin >&2 \
		&& $(PIP) install -q --no-deps --no-build-isolation -e . >&2 \
		|| { echo "zhuanban: the packages of $(1) could not be installed; the reason is above." >&2; exit 1; }
	@touch $@
endef

.venv/demo.stamp: requirements-demo.txt pyproject.toml .venv/bin/python
	$(call install,requirements-demo.txt)

.venv/dev.stamp: requirements-dev.txt pyproject.toml .venv/bin/python
	$(call install,requirements-dev.txt)
	@touch .venv/demo.stamp

# A program of a name may be there and not work (a shim), be too old, or come without venv: so each is tried.
.venv/bin/python:
	@stop() { echo "zhuanban: $$1" >&2; exit 1; }; \
	old=; bare=; \
	for python in $(PYTHONS); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { old=$$version; continue; }; \
		$$python -c 'import venv, ensurepip' 2>/dev/null || { bare=$${bare:-$$version}; continue; }; \
		mkdir -p .venv 2>/dev/null && test -w .venv || stop "cannot write in $$PWD; the checkout must be writable."; \
		echo "zhuanban: making .venv with Python $$version …" >&2; \
		$$python -m venv --clear .venv >&2 || stop "the virtual environment .venv could not be made; the reason is above."; \
		exit 0; \
	done; \
	test -z "$$bare" || stop "Python $$bare has no venv module; install it (Debian and Ubuntu: apt install python$$bare-venv)."; \
	test -z "$$old" || stop "Python 3.11 or newer is needed, but the newest here is $$old."; \
	stop "Python 3.11 or newer is needed, but no Python was found."

.venv/tools/bin/pip-compile: .venv/bin/python
	@.venv/bin/python -m venv .venv/tools
	@.venv/tools/bin/python -m pip --disable-pip-version-check install -q "$(PIP_TOOLS)" >&2
	@touch $@
