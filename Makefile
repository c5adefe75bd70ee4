# The words a developer says. `make demo` and `make test` set everything up on a machine with Python 3.11+ and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet
ARGS   ?=
FEEDS  ?= ../shared/data/feeds
DATA   ?= ../shared/data/sentiment
TRAIN  := .train

.DEFAULT_GOAL := help
.PHONY: help demo test check docs package audit sbom fuzz train fix lock clean

help:            ## this list
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

demo: $(VENV)/.run   ## the whole program on a bundled fictional world, offline; serves the page until Ctrl-C
	@$(BIN)/listener demo $(ARGS)

test: $(VENV)/.dev   ## the tests, but for the slow ones (whole programs killed, browsers, worlds), which make check runs too
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow" $(ARGS)

check: $(VENV)/.dev  ## everything main must always pass: format, lint, types, imports, all tests with coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report= -q $(ARGS)
	$(BIN)/python -m coverage report --skip-covered --fail-under=90
	$(BIN)/python -m coverage report --include='listener/core/*,listener/jobs/*' --fail-under=100

docs: build/docs/.made $(VENV)/.run  ## the manual, as pages in dist/docs; every warning is an error
	$(BIN)/python docs/make_reference.py
	PYTHONPATH=. build/docs/bin/python -m sphinx -W --keep-going -q -b html docs dist/docs
	@echo "The manual stands in dist/docs/index.html"

package: $(VENV)/.run ## the wheel and the source archive, each put into an empty environment that then runs the demo
	.ci/package $(PYTHON)

audit: build/audit/.made ## known weaknesses of the locked libraries (asks the registry's advisory service)
	build/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/server.lock || { \
	  echo "Not passed: what is listed above, or the advisory service could not be reached from here, and then nothing was audited."; exit 1; }

sbom: build/audit/.made  ## a bill of the materials we ship, as CycloneDX
	@mkdir -p dist
	build/audit/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o dist/listener.cdx.json requirements/server.lock
	@echo "The bill of materials stands in dist/listener.cdx.json"

fuzz: $(VENV)/.dev   ## 100,000 mutants of feeds (of the documents in FEEDS, else of our own), for the night
	$(BIN)/python bench/fuzz_feeds.py $(wildcard $(FEEDS)) --count 100000 --minutes 300 $(ARGS)

train: $(TRAIN)/.made  ## all weights again, from the labelled texts in DATA; ARGS=--small proves the chain in minutes
	$(TRAIN)/bin/python -m bench.training --data $(DATA) $(ARGS)

fix: $(VENV)/.dev    ## format and mend what can be mended
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock:            ## renew the lock files (needs uv)
	uv pip compile pyproject.toml --extra multilingual --extra pdf --group build --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/run.lock
	uv pip compile pyproject.toml --all-extras --group build --group dev --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/dev.lock -c requirements/run.lock
	uv pip compile pyproject.toml --all-extras --group build --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/server.lock -c requirements/run.lock
	uv pip compile --group docs --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/docs.lock
	uv pip compile --group audit --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/audit.lock

clean:           ## remove everything made here
	rm -rf $(VENV) $(TRAIN) build dist listener-demo .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"Listener needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. Try: make PYTHON=python3.12 …")'
	@echo "Making $(VENV) (nothing is installed outside it) …"
	@$(PYTHON) -m venv $(VENV)

# A development install is also good for the demo, so .run is satisfied by .dev and is never installed over it.
$(VENV)/.run: requirements/run.lock pyproject.toml | $(VENV)/bin/python
	@test -e $(VENV)/.dev || { echo "Installing Listener and its locked libraries into $(VENV) …" && \
	  $(PIP) --require-hashes --only-binary :all: -r requirements/run.lock && \
	  $(PIP) --no-deps --no-build-isolation --editable .; }
	@touch $@

$(VENV)/.dev: requirements/dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing Listener, its locked libraries and the test tools into $(VENV) …"
	@$(PIP) --require-hashes --only-binary :all: -r requirements/dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run

# Tools that are no part of the program get an environment of their own: their libraries must not decide on ours.
build/%/.made: requirements/%.lock
	@echo "Installing what \`make $*\` needs into build/$* …"
	@$(PYTHON) -m venv build/$*
	@build/$*/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all: -r $<
	@touch $@

# Torch and what reads the published encoder: half a gigabyte that nothing but the training needs, so it gets a place of its own.
$(TRAIN)/.made: bench/training/requirements.txt requirements/run.lock
	@echo "Making $(TRAIN) with the libraries of the training …"
	@$(PYTHON) -m venv $(TRAIN)
	@$(TRAIN)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all: -r requirements/run.lock
	@$(TRAIN)/bin/python -m pip --disable-pip-version-check install --quiet --only-binary :all: -r bench/training/requirements.txt
	@touch $@
