# Everything that people and CI run. `make` alone prints the targets.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
OLDEST := .venv-oldest
PYTHONS ?= python3.11 python3.12 python3.13 python3.14
KUBERNETES ?= 1.30 1.37
# The tests of what depends on the API server and the controllers.
AGAINST_API := $(patsubst %,tests/integration/test_%.py,apart autoscaling create delete diagnoses doctor dry_run gateway life many \
	outputs permissions product_page reads spec_against_api wait)
# What `make kill` runs, and how many rounds of each of its eight kinds.
BROKEN := $(patsubst %,tests/integration/test_%.py,random_kills server_kills bad_network)
KILLS ?= 25
LOCAL_CLUSTER := $(BIN)/python -m tools.local_cluster
AUTOSCALING := $(BIN)/python -m tools.autoscaling
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
# Twice the cores, and 2 to 8 of them: on the real cluster a test waits for others most of its time.
WORKERS ?= $(shell n=$$((2 * $(CORES))); echo $$((n > 8 ? 8 : n)))
SPREAD := -n $(WORKERS)
REAL := $(BIN)/python -m tools.real_node $(BIN)/pytest tests/real -n $(CORES)

# Images of Python often set it, and every worker would compile every module at every run.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install toolchain autoscaling up down status demo format lint docs check unit integration kill test test-long test-oldest test-pythons test-kubernetes real states backends typescript ci bench lock clean

help: ## Print the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Install the package and its tools into .venv.

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with make PYTHON=…")'
	@echo "installing into .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

toolchain: install ## Download or build the pinned engine and control plane, once (TOOLCHAIN=auto|download|build).
	@$(BIN)/python -m tools.toolchain

autoscaling: toolchain ## Make what autoscaling is tried with: servers of metrics, the kinds of KEDA (half a minute).
	@$(AUTOSCALING)

up: install ## Start the local cluster; its programs come first where the toolchain is not there yet.
	@$(LOCAL_CLUSTER) up
	@$(AUTOSCALING) .local || { code=$$?; [ $$code = 1 ] || exit $$code; \
		echo "the cluster works, without metrics of its pods: nothing is autoscaled in it"; }

down: install ## Stop the local cluster; its data stay (make down WIPE=1 removes them).
	@$(LOCAL_CLUSTER) down $(if $(WIPE),--wipe)

status: install ## Show the local cluster.
	@$(LOCAL_CLUSTER) status

demo: up ## Create, list, get, scale by a load, and delete GPU services on the local cluster.
	@sh tools/demo.sh

format: install ## Format the code.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: install ## Format, lint, types, import contracts, declared packages, reference pages, prose, workflows.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry . > /dev/null 2>&1 || $(BIN)/deptry .
	@$(BIN)/python -m tools.reference --check
	@$(BIN)/python -m tools.prose
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows programs/*/.github/workflows/*.yaml

docs: install ## Write the reference pages from the code.
	@$(BIN)/python -m tools.reference

check: lint toolchain ## lint, and the README's examples against real output.
	@$(BIN)/pytest -q tests/integration/test_readme.py

unit: install ## The fast tests.
	@$(BIN)/pytest tests/unit tests/upgrade/test_names.py -n $(CORES)

integration: install autoscaling ## The tests on the real engine, API server and gateway.
	@$(BIN)/pytest tests/integration tests/upgrade $(SPREAD)

kill: install toolchain ## Kill commands and servers and break the network at random moments: 200 rounds (KILLS=5: 40; PART=an_update).
	@$(BIN)/pytest $(BROKEN) $(SPREAD) --long --kills=$(KILLS) -rP $(if $(PART),-k '$(PART)')

bench: install ## Measure whole commands beside other ways (make bench PROFILE=short: does it all work?).
	@$(BIN)/python -m benchmarks $(if $(PROFILE),--profile=$(PROFILE))

test: lint autoscaling ## Every check and every test.
	@$(BIN)/pytest $(SPREAD)

real: install toolchain ## The tests on a real node: a kubelet, containers, requests that are answered (Linux, root).
	@$(REAL)

states: install toolchain ## Record tests/states anew in .states, and show what is told otherwise than before.
	@rm -rf .states
	@$(BIN)/python -m tools.real_node.recording .states

ci: test ## What CI runs: test, and real where the machine can have a real node.
	@$(REAL) || { code=$$?; [ $$code = 77 ] || exit $$code; }

test-long: lint autoscaling typescript backends test-oldest ## Every test in its long form, test-oldest and test-kubernetes (for a nightly workflow).
	@$(BIN)/pytest $(SPREAD) --long
	@$(MAKE) --no-print-directory test-kubernetes

backends: install ## Make the servers of S3 and Azure that state is tried in (downloads packages; needs Node.js).
	@$(BIN)/python -m tools.backends

typescript: install ## Install what programs in TypeScript are tried with (downloads packages; needs Node.js).
	@$(BIN)/python -m tools.typescript .typescript

test-oldest: install ## The fast tests with the oldest packages of pyproject.toml (downloads them).
	@rm -rf $(OLDEST)
	@$(PYTHON) -m venv $(OLDEST)
	@$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m tools.oldest | xargs $(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check
	@# The linter of imports needs a newer rich than the package; it is not what is tried here.
	@$(OLDEST)/bin/pytest tests/unit -n $(CORES) --deselect tests/unit/test_architecture.py::test_imports_keep_their_contracts

test-pythons: ## The fast tests with each of PYTHONS that is there, in a venv of its own (downloads packages).
	@for python in $(PYTHONS); do \
		if ! $$python -c '' 2>/dev/null; then echo "$$python is not here, and not tried"; continue; fi; \
		echo "with $$($$python --version)" && rm -rf .venv-$$python && $$python -m venv .venv-$$python \
		&& .venv-$$python/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
		&& .venv-$$python/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . \
		&& .venv-$$python/bin/pytest tests/unit -n $(CORES) || exit 1; \
	done

test-kubernetes: install autoscaling ## The tests of what talks to the API server with each of KUBERNETES (builds them once).
	@for minor in $(KUBERNETES); do \
		$(BIN)/python -m tools.kubernetes $$minor && $(BIN)/pytest $(AGAINST_API) $(SPREAD) --kubernetes=$$minor || exit 1; \
	done

lock: install ## Renew the lock file from pyproject.toml.
	@uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --python-version 3.11 --quiet -o requirements.lock

clean: ## Remove what was installed and cached here (not the toolchain).
	@rm -rf .venv $(OLDEST) .venv-python* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .typescript dist
