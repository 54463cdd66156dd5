# The everyday jobs. Laptop and CI run the same ones.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin

.PHONY: help setup repro rebuild rows fetch behaviour fresh settings watched today up down show check test test-all lock bench deps alerts readme clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: ## make .venv with the locked packages (all targets below do it first)
	@.ci/setup

repro: setup ## rebuild data -> model -> metrics, then print the metrics
	@$(BIN)/dvc repro
	@$(BIN)/mainstay show

# Where standard input is a terminal, DVC would ask what to do about folders that no remote holds.
rebuild: setup ## build what changed, or take it from the cache or the remote: what CI does
	@$(BIN)/dvc repro --pull --allow-missing </dev/null

rows: setup ## bring the raw rows so far from the remote; simulated ones are made anew by `dvc repro`
	@test ! -f data/raw.dvc || $(BIN)/dvc pull --quiet data/raw.dvc

fetch: setup ## bring the model and its rows: from the cache, from the remote, or by building them
	@$(BIN)/dvc pull --quiet data/model.onnx data/test.parquet data/train.parquet 2>/dev/null || $(BIN)/dvc repro --pull </dev/null

# A failure leaves no verdict, which the gate says and takes for a fail.
ROWS ?= reports/rows
behaviour: setup ## judge the behaviour of data/model.onnx by the rows and numbers in ROWS=reports/rows
	@rm -f $(ROWS)/stress.json
	-@$(BIN)/python -m mainstay.pipeline.stress params=$(ROWS)/params.yaml model=data/model.onnx \
	  test=$(ROWS)/test.parquet metrics=$(ROWS)/stress.json

fresh: setup ## prove that dvc.lock and metrics/ as committed are what this code makes
	@git diff --exit-code HEAD -- dvc.lock metrics && test -z "$$(git status --porcelain -- dvc.lock metrics)" || \
	  { echo "fresh: dvc.lock or metrics/ is not what this code makes; run 'dvc repro' and commit both" >&2; exit 1; }

settings: ## is it set where releases go: STAGING_URL, PRODUCTION_URL, RUNNER?
	@test -n "$$STAGING_URL" && test -n "$$PRODUCTION_URL" && test -n "$$RUNNER" || \
	  { echo "settings: set STAGING_URL, PRODUCTION_URL and RUNNER; on GitHub as variables: docs/release.md" >&2; exit 1; }

watched: ## is it set where the watch looks: WATCH_LOG, WATCH_OUTCOMES, WATCH_STATE, WATCH_KEY_FILE, RUNNER?
	@test -n "$$WATCH_LOG" && test -n "$$WATCH_OUTCOMES" && test -n "$$WATCH_STATE" && test -n "$$WATCH_KEY_FILE" && \
	  test -n "$$RUNNER" || { echo "watched: set WATCH_LOG, WATCH_OUTCOMES, WATCH_STATE, WATCH_KEY_FILE and RUNNER;" \
	  "on GitHub as variables: docs/watch.md" >&2; exit 1; }

today: ## say today's date (UTC) to a job's later steps; the one clock that the watch is shown
	@echo "today=$${TODAY:-$$(date -u +%F)}" >> "$${GITHUB_OUTPUT:-/dev/stdout}"

up: fetch ## release, and serve staging and production on this machine; ends with two URLs
	@$(BIN)/mainstay up

down: setup ## stop what `make up` started
	@$(BIN)/mainstay down

show: setup ## print the metrics of the last run
	@$(BIN)/mainstay show

check: setup ## formatting, linters and file checks: the list in .pre-commit-config.yaml
	@$(BIN)/pre-commit run --all-files

test: setup check ## all tests but the long proofs; what CI runs
	@$(BIN)/pytest -n 2 --dist loadfile -m "not slow"

test-all: setup check ## everything, the long proofs too
	@$(BIN)/pytest -n 2 --dist loadfile

bench: setup ## measure us against named peers, in one run each
	@short=; for bench in $$(grep -l __main__ benchmarks/*.py); do echo "== $$bench"; $(BIN)/python $$bench || short="$$short $$bench"; done; \
	test -z "$$short" || { echo "short of what is wanted:$$short"; exit 1; }

deps: setup ## write anew which of our modules each stage of dvc.yaml depends on
	@$(BIN)/python tests/stage_deps.py

alerts: setup ## wrap deploy/prometheus/rules.yaml up anew for the Prometheus Operator
	@$(BIN)/python tests/alerts.py

readme: setup ## write the metrics that README.md shows anew from metrics/
	@$(BIN)/python tests/readme.py

LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet
lock: setup ## write requirements.txt anew from pyproject.toml, and from it what the image installs
	@$(LOCK) pyproject.toml --all-extras --output-file requirements.txt
	@$(LOCK) pyproject.toml --extra serve --constraint requirements.txt --no-annotate --output-file deploy/serve.txt
	@$(LOCK) pyproject.toml --extra serve --extra log --constraint requirements.txt --no-annotate --output-file deploy/log.txt
	@echo hatchling | $(LOCK) - --constraint requirements.txt --no-annotate --output-file deploy/build.txt

clean: ## remove .venv and what the tests leave behind; data and models stay
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis
