# The commands of this project. `make run` and `make test` are the two that matter.
PYTHON ?= python3
PY := .venv/bin/python
# Three on two cores: one of them always waits for a page or a process.
WORKERS ?= 3

# Where nothing may be cached, every process of the desk would compile Django anew: seconds each.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run setup test test-faults soak bench bench-quick mail-corpus check format rules threats guarantees mutations graph roles screenshots lock clean

help:           ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */|/' | column -t -s '|'

run:            ## start everything: database, workers, mail and the desk
	@command -v $(PYTHON) >/dev/null || { echo "make: no '$(PYTHON)' here; install Python 3.11 or later, or say make PYTHON=..."; exit 1; }
	@$(PYTHON) tools/prepare.py
	@exec $(PY) -m config.run

setup:          ## install everything that running, testing and checking need
	@command -v $(PYTHON) >/dev/null || { echo "make: no '$(PYTHON)' here; install Python 3.11 or later, or say make PYTHON=..."; exit 1; }
	@$(PYTHON) tools/prepare.py --dev

test: setup     ## run the whole test suite
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup --ignore=tests/faults

test-faults: setup ## kill processes and servers, and lose nothing (some minutes)
	@$(PY) -m pytest -n 2 --dist loadfile tests/faults

soak: setup     ## a year of the desk in minutes, with faults, against a model: SECONDS=300 or CASES=20000
	@$(PY) -m tests.soak $(if $(CASES),--cases $(CASES) --write $(if $(MOST_SECONDS),--most-seconds $(MOST_SECONDS)),--seconds $(or $(SECONDS),300)) $(if $(SEED),--seed $(SEED))

bench: setup    ## how fast it is beside what this machine can do; fails when an aim is missed
	@$(PY) -m bench $(ROWS)

bench-quick: setup ## the same in two minutes
	@$(PY) -m bench --quick $(ROWS)

mail-corpus: setup ## what is recognised in the mail samples, as a table
	@$(PY) -m tests.tools.mail_corpus

check: setup    ## style, types, migrations, templates, import rules
	@$(PY) tools/check.py

format: setup   ## put the code into its usual form
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .

rules: setup    ## every rule of docs/rules.md with the tests that prove it
	@$(PY) -m pytest -q -n $(WORKERS) --dist loadgroup --rules

threats: setup  ## every hostile input of docs/threats.md with the tests that prove it harmless
	@$(PY) -m pytest -q -n $(WORKERS) --dist loadgroup --threats

guarantees: setup ## every promise of docs/guarantees.md with the faults that prove it (some minutes)
	@$(PY) -m pytest -q -n 2 --dist loadfile --guarantees

mutations: setup ## take out what keeps each promise and see its test red (some minutes): PROMISE=G7
	@$(PY) -m tests.tools.mutate $(PROMISE)

roles: setup    ## write the table of who may do what into docs/
	@$(PY) manage.py roles

graph: setup    ## draw the case's states from the code into docs/
	@$(PY) manage.py graph

screenshots: setup ## take the pictures of every screen anew, with the example data
	@LASTCALL_SHOTS=docs/screenshots $(PY) -m pytest -q tests/config/sandbox/test_example.py -k every_screen

lock: setup     ## choose the newest allowed versions and write the lock files
	@$(PY) tools/lock.py

clean:          ## forget the environment, the data and every cache
	rm -rf .venv .data node_modules staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
