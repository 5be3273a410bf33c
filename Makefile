# algesia: everything runs from a clean clone with python3 (3.11 or later) and make.
# The environment lives in .venv; no Python package outside it is touched.

PYTHON ?= python3
BIN := .venv/bin
CASE ?= pitt_v5n3_33f
PORT ?= 8000
SERVE ?=

.PHONY: help venv run review test check docs bench clean chromium postgresql

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: .venv/made ## create .venv with the package and every tool
	@echo "Ready: $(BIN)/algesia"

.venv/made: pyproject.toml scripts/venv.sh
	@PYTHON="$(PYTHON)" sh scripts/venv.sh
	@touch $@

run: .venv/made ## start the application on this machine and open the browser (PORT=8000)
	@$(BIN)/algesia serve --port $(PORT) $(SERVE)

review: .venv/made ## review a published case: print it, write HTML and PDF into out/
	@mkdir -p out
	@$(BIN)/algesia review example:$(CASE)
	@$(BIN)/algesia review example:$(CASE) --format html -o out/$(CASE).html
	@$(BIN)/algesia review example:$(CASE) --format pdf -o out/$(CASE).pdf
	@echo "Written: out/$(CASE).html and out/$(CASE).pdf"

test: .venv/made chromium postgresql ## run every test
	@$(BIN)/pytest -n logical --dist loadfile

check: .venv/made ## format, lint, types, layers, and the quick tests (doctests, documentation)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest src tests/docs

docs: .venv/made ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Written: site/index.html"

bench: .venv/made ## run the benchmarks, each beside its peer
	@for one in $$(grep -l __main__ benchmarks/*.py); do echo "$$one"; $(BIN)/python $$one || exit 1; done

chromium:
	@sh scripts/chromium.sh

postgresql:
	@sh scripts/postgresql.sh

clean: ## remove the environment and everything generated
	@rm -rf .venv out site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
