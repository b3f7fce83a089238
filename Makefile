# Two commands are enough: `make run` and `make test`. CONTRIBUTING.md tells the others.
PYTHON ?= python3
BIN := .venv/bin
export PORT ?= 8000
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run test check proofs relevance bench-search simulate-moderation bench-moderation assets lock clean

run: .venv/run
	@flask db upgrade
	@flask demo
	@echo
	@echo "Bartack: http://127.0.0.1:$(PORT)   letters: http://127.0.0.1:$(PORT)/dev/mail   Ctrl+C stops"
	@echo
	@# honcho gives each process a PORT of its own, and the worker writes the addresses in letters. `.env` still wins.
	@BARTACK_BASE_URL="$${BARTACK_BASE_URL:-http://127.0.0.1:$(PORT)}" honcho start

# A test starts processes, and each would compile the application anew where a machine forbids to keep what is compiled.
test proofs: export PYTHONDONTWRITEBYTECODE =

test: .venv/dev
	pytest -n auto --dist worksteal -m "not slow"

# Long proofs: races, kills, relevance. Minutes, so not part of `make test`.
proofs: .venv/dev
	pytest -m slow

# How well search finds, on real data outside the repository; with BARTACK_TEST_POSTGRES_URL on both engines. Minutes; it
# writes the table of docs/search.md.
relevance: .venv/dev
	python -m tests.search.relevance

# How fast search is among 1,000 to 100,000 made-up threads, into docs/search.md: about 20 minutes.
# SIZES="1000 10000" for others; LIKE=threads.jsonl for threads like those (docs/import.md), else like the demo town's.
bench-search: .venv/dev
	python -m tests.bench.search $(SIZES) $(addprefix --like ,$(LIKE)) --write

# A month of flags and decisions in a made-up town, into docs/moderation.md: some three minutes. SEEDS="1 2" for others.
simulate-moderation: .venv/dev
	python -m tests.simulation.moderation $(SEEDS) --write

# How fast the queue is with thousands of flags, and all else beside texts made to be slow, into docs/moderation.md; with
# BARTACK_TEST_POSTGRES_URL on both databases. Minutes.
bench-moderation: .venv/dev
	python -m tests.bench.moderation --write

check: .venv/dev
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	djlint templates --lint --quiet

# Only after a change of static/src; what comes out is committed.
assets:
	npm ci --ignore-scripts
	npm run build

# Only after a change of the dependencies in pyproject.toml.
lock: .venv/dev
	pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--extra postgresql --output-file requirements.lock pyproject.toml
	pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--extra postgresql --extra dev --allow-unsafe --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv node_modules

.venv/run: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Bartack needs Python 3.11 or newer; say which with: make run PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "Python could not make .venv; on Debian: apt install python3-venv"; rm -rf .venv; exit 1; }
	@echo "Installing Bartack into .venv, once …"
	@pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/dev: .venv/run requirements-dev.lock
	@pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
