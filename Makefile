# Everything here needs Python 3.11 and make, nothing else: what is missing is installed into this folder.
# With DATABASE_URL and REDIS_URL set, your own PostgreSQL and Valkey (or Redis) are used instead of embedded ones.

# The first Python of this machine that is new enough; another one: make PYTHON=/path/to/python3.11 ...
PYTHON := $(or $(PYTHON),$(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done))
BIN := .venv/bin
EMBEDDED := $(BIN)/python -m config.embedded --with-parent
MAKEFLAGS += --no-print-directory

.PHONY: help demo manage bench drill guide test checks format clean ready-to-run ready-to-test python

help: ## this list
	@sed -n 's/^\([a-z%-]*\):.*## /  make \1\t/p' Makefile

demo: ready-to-run ## the whole product on this machine, with sample people and cases, until Ctrl+C
	@$(EMBEDDED) demo

manage: ready-to-run ## a management command on the demo's data: make manage ARGS="due --help"
	@$(EMBEDDED) run -- $(BIN)/python manage.py $(ARGS)

test: ready-to-test ## every check there is, on a database and a broker of its own
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python -m config.catalogues check
	$(EMBEDDED) run --temporary -- $(MAKE) checks

# The checks that need the services: `make test` starts them once and calls this.
checks:
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	INSECURE_HTTP=0 $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	DATABASE_URL=$$DATABASE_OWNER_URL $(BIN)/python -m pytest -n auto $(ARGS)

bench: ready-to-test ## how fast it is beside raw SQL and a bare view: make bench [BENCH_CASES=10000] [BENCH_ONLY="search"]
	$(EMBEDDED) run --temporary -- $(BIN)/python -m bench

drill: ready-to-test ## all drills at full size, half an hour or more; writes docs/drills.md
	@$(EMBEDDED) run --temporary -- $(BIN)/python -m tests.drills

drill-%: ready-to-test ## one of them: make drill-R1
	@$(EMBEDDED) run --temporary -- $(BIN)/python -m tests.drills $*

guide: ready-to-test ## take the pictures of the user guide (docs/guide) anew
	@$(EMBEDDED) run --temporary -- sh -c 'DATABASE_URL=$$DATABASE_OWNER_URL GUIDE_PICTURES=docs/guide/pictures $(BIN)/python -m pytest tests/browser/test_guide.py -k taken'

format: ready-to-test ## bring the source into its one form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what make can make again: tools, packages, caches; the demo's data stays
	rm -rf .tools .venv node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete

ready-to-run: python
	@$(PYTHON) config/bootstrap.py embedded
	@$(BIN)/python -m config.npm

ready-to-test: python
	@$(PYTHON) config/bootstrap.py embedded dev
	@$(BIN)/python -m config.npm dev
	@$(BIN)/python -m config.chromium

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Install it (Debian, Ubuntu:" \
		"apt install python3.11) or name it: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
