# DueSpark on your machine: Python 3.11 or later, make and a package index are all it takes.
#
#   make run    serve it on http://127.0.0.1:8000 (PORT=… moves it)
#   make test   run the whole suite
#   make faults races by the thousand, processes and PostgreSQL killed and silenced under load: some ten minutes
#   make check  formatting, lint, types, missing migrations
#   make coverage  the suite again, and what of the code it has not run
#   make fuzz   throw 20,000 odd requests at a server of its own (some minutes; ARGS=short: within one)
#   make audit  ask PyPI for known vulnerabilities of what is installed (ARGS="-s osv --osv-url …" asks another)
#   make bench  the benchmark beside the checkout (BENCH), which needs wrk; ARGS="--ops get --peers project,floor"

PYTHON ?= python3
PORT ?= 8000
export PORT
BIN := .venv/bin
BENCH ?= ../shared/bench
ARGS ?=
PIP_AUDIT := pip-audit==2.10.1

.PHONY: run test faults check coverage fuzz audit bench format clean

run: .venv/run .env
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py seed_demo
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@exec $(BIN)/gunicorn duespark.wsgi

test: .venv/test .env
	$(BIN)/pytest -n auto --dist loadgroup

faults: .venv/test .env
	$(BIN)/pytest --thorough -rP clients/tests/faults clients/tests/test_served_races.py
	DATABASE_POOL_SIZE=2 $(BIN)/pytest --thorough -rP clients/tests/faults

check: .venv/test .env
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run

coverage: .venv/test .env
	$(BIN)/pytest -n auto --cov --cov-report=term

fuzz: .venv/test .venv/fuzz/ready .env
	$(BIN)/python -m fuzzing.run $(ARGS)

audit: .venv/run .venv/audit/ready
	$(BIN)/python -m pip freeze | .venv/audit/bin/pip-audit --strict --disable-pip --no-deps -r /dev/stdin $(ARGS)

bench: .venv/run .venv/bench/ready
	.venv/bench/bin/python $(BENCH)/bench.py --project . $(ARGS)

format: .venv/test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv var

.env:
	@echo "DEVELOPMENT=true" > $@

.venv/run: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/test: requirements-dev.txt .venv/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.venv/bench/ready: $(BENCH)/requirements.txt .venv/run
	@test -x .venv/bench/bin/python || $(PYTHON) -m venv .venv/bench
	.venv/bench/bin/python -m pip install --quiet --disable-pip-version-check -r $(BENCH)/requirements.txt
	@touch $@

.venv/audit/ready: Makefile .venv/run
	@test -x .venv/audit/bin/python || $(PYTHON) -m venv .venv/audit
	.venv/audit/bin/python -m pip install --quiet --disable-pip-version-check $(PIP_AUDIT)
	@touch $@

.venv/fuzz/ready: fuzzing/requirements.txt
	@test -x .venv/fuzz/bin/python || $(PYTHON) -m venv .venv/fuzz
	.venv/fuzz/bin/python -m pip install --quiet --disable-pip-version-check -r fuzzing/requirements.txt
	@touch $@
