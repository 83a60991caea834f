# `make` lists the verbs. The set-up lives in .venv/, is made by the first verb that needs it, and is then reused.

BIN := .venv/bin
READY := .venv/.ready
# The set-up is sound when it was made for this very folder and its Python still starts.
SOUND := $(shell test "$$(cat $(READY) 2>/dev/null)" = "$$(pwd -P)" && $(BIN)/python -c '' 2>/dev/null && echo yes)

# Tests that start `jupyter` or `papermill` must find this set-up's, not another's.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup report test test-all-pairs lab check lint codebook bench messages lock clean distclean FORCE
.DEFAULT_GOAL := help

help:  ## list the verbs
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

report: $(READY)  ## render the article's evidence report into reports/build/
	"$(BIN)/tightrope" render article_report $(ARGS)

test: $(READY)  ## run all tests
	"$(BIN)/python" -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-all-pairs: $(READY)  ## every section of the pair profile for all 18,528 pairs, without rendering
	TIGHTROPE_PAIRS=all "$(BIN)/python" -m pytest -n 2 tests/profile/test_all_pairs.py $(ARGS)

lab: $(READY)  ## open JupyterLab on the start page of notebooks/
	"$(BIN)/python" -m jupyterlab notebooks/start_here.ipynb $(ARGS)

check: $(READY)  ## validate everything under data/
	"$(BIN)/tightrope" check $(ARGS)

lint: $(READY)  ## style, types, and notebooks stored without outputs
	"$(BIN)/python" -m ruff check .
	"$(BIN)/python" -m ruff format --check .
	"$(BIN)/python" -m mypy
	"$(BIN)/python" -m nbstripout --verify notebooks/*.ipynb

codebook: $(READY)  ## write data/CODEBOOK.md anew from the tables and measures
	"$(BIN)/python" -m tightrope.authoring.codebook

bench: $(READY)  ## time one report, its formats and many, beside papermill + nbconvert
	"$(BIN)/python" tests/bench/bench_report.py
	"$(BIN)/python" tests/bench/bench_formats.py
	"$(BIN)/python" tests/bench/bench_judge.py
	"$(BIN)/python" tests/bench/bench_batch.py $(ARGS)

messages: $(READY)  ## bring the Korean and Russian catalogues up to date
	"$(BIN)/python" scripts/messages.py $(ARGS)

lock: $(READY)  ## make requirements.lock anew from pyproject.toml (needs uv)
	sh scripts/lock.sh $(ARGS)

clean:  ## remove what was rendered and cached
	rm -rf reports/build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## the same, and the set-up
	rm -rf .venv scripts/tightrope.egg-info

setup: $(READY)  ## make or mend the set-up alone

$(READY): pyproject.toml requirements.lock $(if $(SOUND),,FORCE)
	@PYTHON="$(PYTHON)" sh scripts/setup.sh
