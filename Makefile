# Works with nothing installed but python3 (3.10 or later) and make: everything goes into .venv.
#
#   make search   search a network for handwritten digits, and how to train it
#   make test     the test-suite
#   make fuzz     the property and fuzz tests with ten times the budget
#   make lint     ruff, mypy, import-linter
#   make bench    side by side with PyGlove (see benchmarks/README.md)
#   make clean    remove what make made

PYTHON ?= python3
# The PyTorch to install, before anything that needs one. Another build: make search TORCH=torch,
# or, where PyTorch's own package index has a smaller one, TORCH="torch --index-url URL".
TORCH ?= torch==2.13.0
# Arguments for the programs: make search ARGS="--seed 1 --trials 5", make test ARGS="-k nn".
ARGS ?=
SYMBENCH ?= ../shared/bench/symbench.py
TARGETS ?= ../shared/bench/targets/core.json

BIN := .venv/bin
BENCH := .venv-bench/bin

JSON_FUZZ_COUNT ?= 100000

.PHONY: search test fuzz lint bench clean

search: .venv/.search
	$(BIN)/python examples/digits_search.py $(ARGS)

# One thread for each test process: xdist already uses every core.
test: .venv/.test
	OMP_NUM_THREADS=1 JSON_FUZZ_COUNT=$(JSON_FUZZ_COUNT) $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal $(ARGS)

# Ten times what `make test` reads and tries; ARGS="--count 5000 --first 7" chooses the documents.
fuzz: .venv/.test
	OMP_NUM_THREADS=1 $(BIN)/python tests/symbolic/json_fuzz/fuzz.py --count 1000000 $(ARGS)
	OMP_NUM_THREADS=1 MUTANDIS_EXAMPLES=1000 $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal \
		tests -k "laws or properties or dict_attributes"

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv-bench/.bench
	$(BENCH)/python $(SYMBENCH) --peers pyglove,mutandis --targets $(TARGETS) $(ARGS)

clean:
	rm -rf .venv .venv-bench build *.egg-info

# A stamp is newer than what it was made from, so nothing is installed twice.
.venv/.torch: Makefile
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet $(TORCH)
	touch $@

.venv/.search: .venv/.torch setup.py pyproject.toml
	$(BIN)/pip install --quiet --editable '.[torch,examples,cli]'
	touch $@

.venv/.test: .venv/.search
	$(BIN)/pip install --quiet --editable '.[torch,examples,cli,test]'
	touch $@

.venv-bench/.bench: setup.py pyproject.toml
	$(PYTHON) -m venv .venv-bench
	$(BENCH)/pip install --quiet --editable . pyglove==0.4.5
	touch $@
