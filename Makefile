# Reading Room. `make serve` is all a newcomer needs; `make test`, `make check` and `make bench` are for its makers.
PYTHON ?= python3
PORT   ?= 8000
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .setup/constraints.txt

.PHONY: serve test check soak bench encoder answerability followups phrasing related words browser clean

serve: .venv/.serve
	$(BIN)/rag build
	$(BIN)/rag serve --port $(PORT)

test: .venv/.dev browser
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint web/templates --check --lint --quiet
	$(BIN)/deptry .

soak: .venv/.dev
	$(BIN)/python -m tests.soak $(SOAK)

bench: .venv/.dev
	$(BIN)/python -m tests.bench $(BENCH) $(ARCHIVES)

encoder: .venv/.dev
	$(BIN)/python -m tests.encoder

answerability: .venv/.dev
	$(BIN)/python -m tests.answerability $(VECTORS)

followups: .venv/.dev
	$(BIN)/python -m tests.followups

related: .venv/.dev
	$(BIN)/python -m tests.related $(ARCHIVES)

phrasing: .venv/.dev
	$(BIN)/python -m tests.phrasing

words: .venv/.dev
	$(BIN)/python -m tests.words $(LANGUAGE)

browser:
	@.setup/browser

.venv/.serve: pyproject.toml .setup/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Reading Room needs Python 3.11 or newer; try: make PYTHON=python3.11 serve") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing into .venv (about 2 GB of libraries, once)"
	$(PIP) --editable .
	touch $@

.venv/.dev: .venv/.serve
	$(PIP) --editable '.[cluster,dev,llm,mcp,telemetry]'
	touch $@

clean:
	rm -rf .venv vectors/*
