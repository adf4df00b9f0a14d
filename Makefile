# A fresh machine: `make run` starts everything, `make test` runs all tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
UV := $(shell command -v uv 2>/dev/null)
ARGS ?=
AUDIT_ARGS ?=
PYTEST_ARGS ?=
# Tests mostly wait for the processes they start, so more of them run than there are cores.
TESTS_AT_ONCE ?= 4
# They wait for nothing.
FAST_TESTS_AT_ONCE ?= $(shell getconf _NPROCESSORS_ONLN)
# Each has a broker or three and several workers: two at once take longer than one by one on two cores.
KAFKA_TESTS_AT_ONCE ?= $(shell n=$$(($$(getconf _NPROCESSORS_ONLN) / 2)); \
  echo $$((n < 1 ? 1 : n > 3 ? 3 : n)))
# A stack is nine processes: each would compile all that it loads anew, which costs more than all else.
unexport PYTHONDONTWRITEBYTECODE
SEED ?= 1
FAULTS ?= 50
ROLL_OVERS ?= 5
COVERAGE := .coverage-data
KILLS ?= 3
# The audit waits half a minute for a damaged pane to mend itself; twice is enough, in make test.
KAFKA_TESTS := tests/kafka tests/e2e/test_pipeline.py tests/chaos/test_chaos.py \
  tests/sinks/audit/test_repair.py tests/streams/kafka/test_outbox.py \
  --deselect tests/e2e/test_pipeline.py::test_the_audit_names_a_pane_that_was_tampered_with \
  --deselect tests/e2e/test_pipeline.py::test_a_repair_brings_a_pane_back_through_the_worker
CLOCK_TESTS := tests/clock tests/e2e tests/sinks/audit tests/streams tests/producers tests/feeds
INSTANTS ?=
# requirements.lock is what a server needs, requirements-dev.lock that and the tools.
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: help install run test test-fast coverage test-report try-python test-clock chaos chaos-replay test-kafka bench bench-peers lint lock sbom audit-deps clean

help: ## list what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 16

install: $(VENV)/.installed ## create .venv and install everything from the lock

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	@"$(PYTHON)" -c '' 2>/dev/null || \
	  { echo "there is no Python at $(PYTHON): name one that is there, as in make PYTHON=python3.13 run"; exit 1; }
	@"$(PYTHON)" tools/check_python.py $(if $(UV),,--venv)
ifneq ($(UV),)
	@test -x $(BIN)/python || uv venv --quiet --python "$(PYTHON)" $(VENV)
	uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --editable .
else
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@echo "installing (about a minute) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
endif
	@touch $@

run: install ## start the whole embedded stack; ARGS="--for 60 --feeds traffic --rate 2000"
	@exec $(BIN)/ioc up $(ARGS)

test: install ## run all tests, TESTS_AT_ONCE=4 files at a time; PYTEST_ARGS="-k panes"
	$(BIN)/python -m pytest -n $(TESTS_AT_ONCE) --dist loadfile --no-loadscope-reorder \
	  --durations 20 --durations-min 5 $(PYTEST_ARGS)

test-fast: install ## run the tests that start no process, in a minute: for every save
	$(BIN)/python -m pytest -n $(FAST_TESTS_AT_ONCE) --dist loadfile -m "not slow" $(PYTEST_ARGS)

coverage: install ## run all tests and show branches that they do not take, in the processes they start too
	@rm -rf $(COVERAGE) && mkdir $(COVERAGE)
	COVERAGE_FILE="$(CURDIR)/$(COVERAGE)/data" $(BIN)/python -m coverage run -m pytest \
	  -n $(TESTS_AT_ONCE) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)
	@$(BIN)/python -m coverage combine --quiet --data-file $(COVERAGE)/data $(COVERAGE)
	@$(BIN)/python -m coverage report --data-file $(COVERAGE)/data

test-report: ## gather all about the tests that failed last into test-report.txt: logs, versions, load
	@$(BIN)/python -m tests.failing

try-python: ## install with PYTHON=python3.14 into a folder of its own, start, start again, audit
	@version=$$("$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])') && \
	$(MAKE) test VENV=.venv-$$version PYTEST_ARGS="-n 0 tests/e2e/test_whole.py tests/ioc/embedded/endpoint" && \
	echo "TRIED: Python $$version: installed, started, started again, audited"

test-clock: install ## tests of time and figures at ten instants, or at some: INSTANTS="tet sunday" (Linux, a C compiler)
	$(BIN)/python -m tests.clock $(INSTANTS) -- -n 2 --dist loadfile $(CLOCK_TESTS) $(PYTEST_ARGS)

test-kafka: install ## run the end-to-end, crash and audit tests, and more, on Apache Kafka (needs Java 17, Maven)
	-@$(BIN)/python -m tests.kafka.artefacts
	TEST_BROKER=apache $(BIN)/python -m pytest -rs -n $(KAFKA_TESTS_AT_ONCE) --dist loadfile \
	  --no-loadscope-reorder $(KAFKA_TESTS) $(PYTEST_ARGS)

chaos: install ## kill and pause parts many times, then recount every figure; SEED=1 FAULTS=50 ROLL_OVERS=5
	$(BIN)/python -m tests.chaos --seed $(SEED) --faults $(FAULTS)
	$(BIN)/python -m tests.chaos --seed $(SEED) --faults $(FAULTS) --roll-overs $(ROLL_OVERS)

chaos-replay: install ## kill the replay of seed-2023 and go on with it, then recount; SEED=1 KILLS=3
	$(BIN)/python -m tests.chaos --scenario seed-2023 --seed $(SEED) --kills $(KILLS)

bench: install ## measure everything side by side, 15 minutes; ARGS="--quick" or "--only worker,peers"
	@$(BIN)/python -m benchmarks $(ARGS)

bench-peers: $(PEERS)/.installed ## install the engines that the benchmark compares with, apart from all else

$(PEERS)/.installed: requirements-peers.lock
ifneq ($(UV),)
	@test -x $(PEERS)/bin/python || uv venv --quiet --python $(PYTHON) $(PEERS)
	uv pip install --quiet --python $(PEERS)/bin/python --require-hashes -r requirements-peers.lock
else
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-peers.lock
endif
	@touch $@

lint: install ## ruff and mypy, as CI runs them
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

lock: ## write the lock files anew from pyproject.toml (needs uv)
	uv pip compile $(LOCK) --group dev pyproject.toml -o requirements-dev.lock
	uv pip compile $(LOCK) --constraint requirements-dev.lock pyproject.toml -o requirements.lock
	uv pip compile $(LOCK) --group pyproject.toml:peers -o requirements-peers.lock
	uv pip compile $(LOCK) --group audit -o requirements-audit.lock

$(VENV)-audit/.installed: requirements-audit.lock
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@touch $@

sbom: $(VENV)-audit/.installed ## write sbom.cdx.json: what a server installs, as CycloneDX, validated
	@$(VENV)-audit/bin/cyclonedx-py requirements --validate --output-reproducible --of JSON --sv 1.6 \
	  --pyproject pyproject.toml -o sbom.cdx.json requirements.lock
	@echo "sbom.cdx.json is valid CycloneDX 1.6"

audit-deps: $(VENV)-audit/.installed ## ask PyPI or OSV for known vulnerabilities of what is locked; AUDIT_ARGS="-s osv"
	@tools/audit-deps $(VENV)-audit/bin/pip-audit $(AUDIT_ARGS)

clean: ## remove the virtual environment and all data of the embedded stack
	rm -rf $(VENV) $(VENV)-* $(PEERS) $(COVERAGE) var
