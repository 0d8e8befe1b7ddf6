# Two commands are all that anyone needs: `make chat` and `make test`. Each installs what is missing first.

PYTHON ?= python3
VENV := .venv
PORT ?= 8501
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
Q ?= Who signed the resolution on the deportation?
export Q # read by the shell, so that quotes in it do no harm

.PHONY: install chat test check ask bench eval clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(STAMP)

chat: install
	$(BIN)/tutor ingest || test $$? -eq 1 # 1: a file could not be read, which it has said; the others are in
	$(BIN)/tutor serve --port $(PORT)

ask: install
	@$(BIN)/tutor ask "$$Q"

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore-glob='tests/test_browser*'
	$(BIN)/python -m pytest tests/test_browser*.py # one after another: each has a server and a browser

eval: install
	$(BIN)/python -m evals

bench: install
	$(BIN)/python -m evals.bench
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m evals peers

clean:
	rm -rf $(VENV) .tutor build *.egg-info .mypy_cache .pytest_cache .ruff_cache
