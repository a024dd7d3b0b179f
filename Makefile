# Two environments, both made on demand from a package index alone:
#   .venv      the plain package, as a user has it: `make run`, predict.py
#   .venv-dev  the package with every extra and the development tools: all other targets
# A stamp in each remembers the files it was made from, so that a second call starts at once.

PYTHON ?= python3
DEV = .venv-dev/bin
MADE_FROM = pyproject.toml constraints.txt

# The code that is checked; docs/ and benchmarks/ hold Python too.
CODE = src tests docs predict.py $(wildcard benchmarks examples example_forms)

.DEFAULT_GOAL := help
.PHONY: help run test lint types format docs wheel clean

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

run: .venv/made ## Read the pictures in examples/
	@.venv/bin/python -m inkdigits read examples

test: .venv-dev/made ## Run the whole test suite
	$(DEV)/python -m pytest

lint: .venv-dev/made ## Check style, formatting, and the files that other programs read
	$(DEV)/ruff check $(CODE)
	$(DEV)/ruff format --check $(CODE)
	$(DEV)/hadolint Dockerfile examples/cluster/Dockerfile
	$(DEV)/check-jsonschema --quiet --builtin-schema vendor.citation-file-format CITATION.cff
	$(DEV)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*

types: .venv-dev/made ## Check the types
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(DEV)/pyright --pythonpath $(DEV)/python

format: .venv-dev/made ## Format the code and sort its imports
	$(DEV)/ruff check --fix-only --quiet $(CODE)
	$(DEV)/ruff format $(CODE)

docs: .venv-dev/made ## Write again what is made from the code and the shipped models
	$(DEV)/python docs/make_cli.py
	$(DEV)/python docs/make_examples.py
	$(DEV)/python docs/make_settings.py
	$(DEV)/python docs/make_rows.py

wheel: .venv-dev/made ## Build dist/, check it, and read the examples with the wheel alone
	rm -rf dist build/wheel
	$(DEV)/python -m build --no-isolation
	$(DEV)/twine check --strict dist/*
	$(call environment,build/wheel)
	$(call install,build/wheel) dist/*.whl
	build/wheel/bin/python -I -m inkdigits read examples

clean: ## Remove what can be made again
	rm -rf .venv .venv-dev .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/made: $(MADE_FROM)
	$(call environment,.venv)
	$(call install,.venv) --editable .
	@touch $@

.venv-dev/made: $(MADE_FROM)
	$(call environment,.venv-dev)
	$(call install,.venv-dev) --editable '.[dev]'
	@touch $@

# $(call environment,FOLDER): an empty environment with pip in it. Debian keeps what `venv` needs to
# bring pip in a package of its own; where that is missing, the pip of the machine brings it.
define environment
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("inkdigits needs Python 3.11 or newer, $(PYTHON) is " + sys.version.split()[0] + "; name another: make PYTHON=python3.12")'
	@echo "Installing into $(1), once ..."
	@$(PYTHON) -m venv --clear $(1) >/dev/null 2>&1 || { \
	  $(PYTHON) -m venv --clear --without-pip $(1) && \
	  $(PYTHON) -m pip --python $(1)/bin/python install --quiet pip; }
	@echo '*' > $(1)/.gitignore
endef

# $(call install,FOLDER): the start of a pip command; what to install follows.
install = @$(1)/bin/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
