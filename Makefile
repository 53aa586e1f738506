# Handwise. `make` or `make help` lists what can be done; every target does its own set-up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.8
STAMP := $(VENV)/installed
PEERS := $(VENV)/peers-installed

.DEFAULT_GOAL := help
.PHONY: help install run test bench soak check behaviour translations lock screenshots system-test-packages clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

install: $(STAMP) ## set up .venv; then .venv/bin/handwise is there

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Handwise needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { $(MAKE) --no-print-directory apt PACKAGES="python3-venv" && $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

run: install ## do the main job: server, tablet, sync, review (with a screen it opens the window)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(BIN)/handwise demo --window; else $(BIN)/handwise demo; fi

# The libraries that we are compared with, and what builds the APK, for the tests; running Handwise needs none of them.
$(PEERS): $(STAMP) tests/benchmarks/requirements.lock tests/android/requirements.lock
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirements tests/benchmarks/requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirements tests/android/requirements.lock
	@touch $@

# Hundreds of processes are started: compiled once, each of them starts in a third of the time. The types are checked
# beside the tests, as mypy leaves a core idle.
test: install $(PEERS) system-test-packages lint ## run every test
	@$(BIN)/mypy & types=$$!; \
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 3 --dist loadfile; tests=$$?; \
	wait $$types && exit $$tests

check: lint ## formatting, lint, types
	@$(BIN)/mypy

.PHONY: lint
lint: install
	@$(BIN)/ruff format --check --quiet . || { echo "Run: .venv/bin/ruff format"; exit 1; }
	@$(BIN)/ruff check --quiet .

behaviour: install ## write assets/knowledge/BEHAVIOUR.md from the clinical situations
	@$(BIN)/handwise knowledge behaviour

translations: install ## extract the words, renew the catalogues of every language, say what is missing
	@$(BIN)/python -m mobile_app.commands.translations

# Kinto and PouchDB go into build/peers. Where one cannot be had, this says so, and so does the table.
.PHONY: sync-peers
sync-peers: install
	@$(BIN)/python -m tests.benchmarks.sync_peers.install

.PHONY: surveillance-vectors
surveillance-vectors: install ## let R's package surveillance say anew what our cluster alerts are compared with
	@command -v Rscript >/dev/null && Rscript -e 'library(surveillance)' >/dev/null 2>&1 || $(MAKE) --no-print-directory apt PACKAGES="r-cran-surveillance"
	@$(BIN)/python -m tests.surveillance_vectors

bench: install $(PEERS) sync-peers ## measure the reasoning, the app and the sync beside references, in one table
	@$(BIN)/python -m tests.benchmarks

soak: install system-test-packages ## 10,000 histories of sync, power cuts, kills of app and server; every screen in every language and shape
	@$(BIN)/python -m tests.simulation 0 10000
	@$(BIN)/python -m tests.power_loss 5000 200
	@$(BIN)/python -m tests.killing_server 100
	@$(BIN)/python -m tests.killing 300
	@HANDWISE_WALK=all $(BIN)/pytest tests/screens/test_structure.py
	@HANDWISE_FUZZ=all $(BIN)/pytest tests/integration/test_openapi_document.py

screenshots: install ## write a picture of every screen to build/screenshots
	@$(BIN)/handwise screenshots build/screenshots

lock: ## resolve the dependencies again, with hashes, for every platform
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade --python-version 3.11 \
	    --all-extras --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade --python-version 3.11 \
	    --constraint requirements.lock --custom-compile-command "make lock" --output-file sync_server/requirements.lock sync_server/requirements.in
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade --python-version 3.11 \
	    --constraint requirements.lock --custom-compile-command "make lock" --output-file tests/benchmarks/requirements.lock tests/benchmarks/requirements.in
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade --python-version 3.11 \
	    --custom-compile-command "make lock" --output-file tests/benchmarks/sync_peers/requirements.lock tests/benchmarks/sync_peers/requirements.in
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade --python-version 3.11 \
	    --constraint requirements.lock --custom-compile-command "make lock" --output-file tests/android/requirements.lock tests/android/requirements.in

# The screens need an X server, the review pages a browser, the server's other database PostgreSQL, two servers a proxy,
# the bidi tests a reference, and the power cuts a record of every write.
system-test-packages:
	@missing=""; \
	command -v Xvfb >/dev/null || missing="$$missing xvfb"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v chromedriver >/dev/null || missing="$$missing chromium-driver"; \
	command -v strace >/dev/null || missing="$$missing strace"; \
	command -v caddy >/dev/null || missing="$$missing caddy"; \
	[ -x /usr/lib/postgresql/15/bin/postgres ] || missing="$$missing postgresql-15"; \
	{ command -v ldconfig >/dev/null && ldconfig -p || /sbin/ldconfig -p; } | grep -q libfribidi.so.0 || missing="$$missing libfribidi0"; \
	[ -z "$$missing" ] || $(MAKE) --no-print-directory apt PACKAGES="$$missing"

.PHONY: apt
apt:
	@as_root=""; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	echo "Installing system packages: $(PACKAGES)"; \
	{ $$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends $(PACKAGES) >/dev/null; } \
	|| { echo "Please install these system packages, then run make again: $(PACKAGES)"; exit 1; }

clean: ## remove what make has made
	rm -rf $(VENV) build *.egg-info
