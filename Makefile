# The main job: `make site`. Everything runs from .venv, set up from the lock files on first use.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: site serve test check lint records bench screenshots lock clean

site: .venv/.ready
	@$(BIN)/qms site

serve: .venv/.ready
	@$(BIN)/qms serve

test: .venv/.ready-dev
	$(BIN)/pytest --numprocesses auto --dist loadgroup --no-loadscope-reorder

check: lint records test

lint: .venv/.ready-dev
	$(BIN)/ruff format --check scripts tests
	$(BIN)/ruff check scripts tests
	$(BIN)/mypy

records: .venv/.ready
	$(BIN)/qms check

bench: .venv/.ready-dev
	$(BIN)/python tests/bench.py
	$(BIN)/python tests/bench_history.py

screenshots: .venv/.ready-dev
	@$(BIN)/qms site
	$(BIN)/python scripts/screenshots.py
	$(BIN)/python scripts/form_pictures.py

lock: .venv/.ready-dev
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --group dev -o requirements-dev.lock

clean:
	rm -rf site build .artifacts .cache .mypy_cache .pytest_cache .ruff_cache

.venv/.ready: requirements.lock pyproject.toml scripts/setup_env.py
	$(PYTHON) scripts/setup_env.py
	@touch $@

.venv/.ready-dev: requirements-dev.lock requirements.lock pyproject.toml scripts/setup_env.py
	$(PYTHON) scripts/setup_env.py --dev
	@touch $@ .venv/.ready
