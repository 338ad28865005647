# `make` alone lists what there is.

PORT ?= 8000
DATA_DIR ?= .data
TEST_WORKERS ?= 2
export PORT DATA_DIR

# Any Python from 3.11 on, for the first step; everything after it runs in .venv.
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
PYTHON := $(shell for python in $(PYTHONS); do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$python && break; done)
INSTALL = $(if $(PYTHON),$(PYTHON),$(error No Python 3.11 to 3.14 found: install one (apt install python3 python3-venv / brew install python))) -m foundation.install

BIN := .venv/bin
RUN := $(BIN)/python
# Node comes from a wheel, too; npm's scripts find it on PATH.
NPM := .venv/node/node .venv/node/npm run --silent
export PATH := $(CURDIR)/.venv/node:$(PATH)

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: ## Everything on this machine, ready to try (PORT=8000 DATA_DIR=.data)
	@$(INSTALL) demo
	@exec $(RUN) manage.py demo --stop-with-parent

.PHONY: test
test: setup ## All tests, against a real Postgres, Redis and browser (ARGS="-k name", TEST_WORKERS=2)
	@$(RUN) -m tests.servers.chromium
	@$(NPM) test
	@$(RUN) -m pytest -n $(TEST_WORKERS) $(ARGS)

.PHONY: test-slow
test-slow: setup ## The long forms of what `make test` shows in short (CI runs them, too)
	@$(RUN) -m tests.servers.chromium
	@$(RUN) -m pytest -n $(TEST_WORKERS) -m "slow and not longest" $(ARGS)

.PHONY: test-longest
test-longest: setup ## Of the long forms, those that take minutes: fuzzing, first words, histories, faults (not in CI)
	@$(RUN) -m tests.servers.chromium
	@$(RUN) -m pytest -n $(TEST_WORKERS) -m longest $(ARGS)

.PHONY: test-local-model
test-local-model: setup ## What asks a sentence model on this machine's disk; installs its packages, 170 MB
	@$(RUN) -m pip install --disable-pip-version-check --quiet --require-hashes --requirement requirements-embeddings.txt
	@$(RUN) -m pytest -n 0 tests/assistant/test_local_model.py $(ARGS)

.PHONY: test-fresh
test-fresh: setup ## A fresh clone, installed from nothing, as root and as an ordinary user
	@$(RUN) -m pytest -m fresh -n 0 -s $(ARGS)

.PHONY: test-faults
test-faults: setup ## Everything that can fail fails while people talk, ten minutes (ARGS='"Redis killed"' for one)
	@$(RUN) -m tests.faults $(ARGS)

.PHONY: test-rolling
test-rolling: setup ## Web and workers are replaced one after the other behind Caddy while people talk, two minutes
	@$(RUN) -m tests.rolling $(ARGS)

.PHONY: lighthouse
lighthouse: setup ## What the chat costs the page it is on: Lighthouse with and without it, three minutes (ARGS=9 runs)
	@$(RUN) -m tests.lighthouse $(ARGS)

.PHONY: fuzz
fuzz: setup ## Twenty thousand frames at the sockets, and the API by its schema against its schema, four minutes
	@$(RUN) -m pytest -n $(TEST_WORKERS) -m "slow or not slow" -s tests/fuzz $(ARGS)

.PHONY: isolation
isolation: setup ## The walk: every address, command and group as everybody, against tests/isolation/table.txt
	@$(RUN) -m pytest -n 0 -s tests/test_isolation.py $(ARGS)

.PHONY: audit
audit: setup ## Known weaknesses of the packages we use, Python's and Node's; needs the network
	@$(RUN) -m foundation.install.audit $(ARGS)

.PHONY: screenshots
screenshots: setup ## Pictures of the chat on the demo's shop, into docs/images/widget/ (ARGS=dark for one mode)
	@$(RUN) -m tests.screenshots $(ARGS)

.PHONY: screenshots-inbox
screenshots-inbox: setup ## Pictures of the inbox in each of its states, into docs/images/inbox/ (ARGS=dark for one mode)
	@$(RUN) -m tests.screenshots.inbox $(ARGS)

.PHONY: screenshots-owner
screenshots-owner: setup ## Pictures of the owners' pages, into docs/images/owner/ (ARGS=dark for one mode)
	@$(RUN) -m tests.screenshots.owner $(ARGS)

.PHONY: docs
docs: ## The documentation as a site with search, into site/ (ARGS=serve shows it on this machine's PORT)
	@$(INSTALL) docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs $(if $(filter serve,$(ARGS)),serve --strict --dev-addr 127.0.0.1:$(PORT),build --strict)
	@$(if $(filter serve,$(ARGS)),:,echo "site/index.html: for any web server, or make docs ARGS=serve")

.PHONY: bench
bench: setup ## How fast we are, beside others, ten minutes (ARGS="throughput resume" for some, docs/performance.md)
	@$(RUN) -m benchmarks $(ARGS)

.PHONY: unit-costs
unit-costs: setup ## What one message, socket, frame and answer cost, seven minutes on an idle machine (docs/scaling.md)
	@$(RUN) -m benchmarks.costs $(ARGS)

.PHONY: validate
validate: setup ## How near the simulation comes: costs and benchmark by turns, half an hour (ARGS=--publish)
	@$(RUN) -m benchmarks.validate $(ARGS)

.PHONY: simulate
simulate: setup ## The benchmark foretold from the unit costs, and what breaks first up to a million connections
	@$(RUN) -m benchmarks.simulation $(ARGS)

.PHONY: frames
frames: setup ## Whether the inbox stays smooth with 5 000 conversations and 200 messages a second, two minutes
	@$(RUN) -m benchmarks.frames $(ARGS)

.PHONY: eval
eval: setup ## How well the assistant answers the questions of demo/questions/ (ARGS=--misses), two minutes
	@DEMO=1 $(RUN) -m foundation.embedded manage.py evaluate_assistant $(ARGS)

.PHONY: check
check: setup ## Style, types, layers, budgets, and that generated files are current
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(NPM) typecheck
	$(NPM) size
	$(RUN) manage.py weigh_script
	$(RUN) manage.py write_protocol --check
	$(RUN) manage.py write_openapi --check
	$(RUN) manage.py write_settings --check
	$(RUN) manage.py write_metrics --check
	$(RUN) manage.py write_reference --check
	$(RUN) -m pytest -q --noconftest -n 0 -p no:cacheprovider tests/compose/test_files.py
	$(RUN) -m foundation.embedded manage.py makemigrations --check --dry-run

# In containers. PORT only where it was asked for: ours of above is the demo's, and compose reads .env as well.
COMPOSE = $(if $(filter file,$(origin PORT)),env -u PORT) docker compose \
	$(if $(filter 1,$(DEMO) $(PRODUCTION)),-f docker-compose.yml) \
	$(if $(filter 1,$(DEMO)),-f docker-compose.demo.yml) \
	$(if $(filter 1,$(PRODUCTION)),-f docker-compose.production.yml) \
	$(if $(filter 1,$(DEMO) $(PRODUCTION)),$(if $(wildcard docker-compose.override.yml),-f docker-compose.override.yml)) \
	$(if $(filter 1,$(OBSERVABILITY)),--profile observability)
# The same, as it is typed.
CHOSEN = $(strip $(foreach one,DEMO PRODUCTION OBSERVABILITY,$(if $(filter 1,$($(one))),$(one)=1)))

.PHONY: up
up: ## In containers: build, start and wait until healthy (DEMO=1, PRODUCTION=1, OBSERVABILITY=1, PORT=8000)
	@COMPOSE="$(COMPOSE)" deploy/rolling-restart.sh --check
	$(COMPOSE) up --detach --build --wait
	@COMPOSE="$(COMPOSE)" deploy/read-again.sh
	@$(COMPOSE) ps

.PHONY: down
down: ## Stop and remove the containers (the data stay)
	$(COMPOSE) down

.PHONY: restart
restart: ## Restart the web server's container
	$(COMPOSE) restart web

.PHONY: restart-backend
restart-backend: ## Restart web and worker
	$(COMPOSE) restart web worker

.PHONY: restart-all
restart-all: ## Restart everything, Postgres and Redis, too
	$(COMPOSE) restart

.PHONY: redis-reset
redis-reset: ## Empty Redis: tokens, limits and presence are made anew, nothing is lost, browsers come back by themselves
	$(COMPOSE) restart redis

.PHONY: backup
backup: ## Database and files into one archive in backups/, while people go on chatting
	@set -e; umask 077; mkdir -p backups; \
	said=$$($(COMPOSE) exec -T backup python manage.py backup); echo "$$said"; \
	file=$$(echo "$$said" | tail -1); kept=backups/$$(basename "$$file"); \
	$(COMPOSE) exec -T backup cat "$$file" > "$$kept.part"; mv "$$kept.part" "$$kept"; echo "$$kept"

.PHONY: restore
restore: ## Bring a backup back (FILE=backups/chat-….zip; FORCE=1 replaces what is there)
	@[ -r "$(FILE)" ] || { echo "Which one? make restore FILE=backups/chat-….zip"; exit 1; }
	@COMPOSE="$(COMPOSE)" deploy/rolling-restart.sh --check
	$(COMPOSE) stop web worker backup
	@code=0; \
	$(COMPOSE) run --rm -T restore python manage.py restore - $(if $(FORCE),--force) < "$(FILE)" || code=$$?; \
	if [ $$code = 3 ]; then echo "Everything is as it was; what served is started again."; \
	elif [ $$code != 0 ]; then \
		echo "Nothing serves now. To go on with what is there: make up $(CHOSEN)"; exit 1; \
	fi; \
	$(COMPOSE) up --detach --wait && COMPOSE="$(COMPOSE)" deploy/read-again.sh && [ $$code = 0 ]

.PHONY: restore-drill
restore-drill: setup ## Whether a backup can be restored, and how long it takes: up to a million messages into a second installation
	@$(RUN) -m pytest -n 0 -s -m "slow or not slow" tests/operations/test_restore_drill.py $(ARGS)

.PHONY: rolling-restart
rolling-restart: ## Replace web and workers one after the other, without a lost message (PRODUCTION=1)
	@COMPOSE="$(COMPOSE)" deploy/rolling-restart.sh
	@COMPOSE="$(COMPOSE)" deploy/read-again.sh
	@$(COMPOSE) ps

# Whoever has gone back is on no branch; for them it is the newest of the branch that a clone begins with.
COMMIT = git rev-parse --verify --quiet
WANTED = $(if $(VERSION),$(COMMIT) "$(VERSION)^{commit}",$(COMMIT) "@{upstream}^{commit}" || $(COMMIT) "origin/HEAD^{commit}")

.PHONY: upgrade
upgrade: ## Back up, then the newest version: build, migrate, a rolling restart (VERSION=tag for another)
	@COMPOSE="$(COMPOSE)" deploy/rolling-restart.sh --check
	git fetch --tags
	@wanted=$$($(WANTED)) || { echo "Which version? make upgrade VERSION=tag. Nothing was done."; exit 1; }; \
	git merge-base --is-ancestor "$$wanted" HEAD || git merge-base --is-ancestor HEAD "$$wanted" || \
		{ echo "This checkout has commits that $(or $(VERSION),the newest version) lacks. Nothing was done."; exit 1; }
	@wanted=$$($(WANTED)); theirs=$$(git diff --name-only --no-renames "HEAD...$$wanted"); \
	mine=$$([ -z "$$theirs" ] || git status --short --untracked-files=all -- $$theirs); \
	[ -z "$$mine" ] || { echo "You have changed what $(or $(VERSION),the newest version) changes, too. Put it aside (git stash), \
	and back afterwards (git stash pop). Nothing was done."; echo "$$mine"; exit 1; }
	@$(MAKE) --no-print-directory backup
	@set -e; wanted=$$($(WANTED)); \
	if git merge-base --is-ancestor "$$wanted" HEAD; then echo "This version is here already; it is built and started."; \
	else git rev-parse HEAD > before-upgrade.version; fi; \
	git merge --ff-only "$$wanted"
	$(COMPOSE) build
	$(COMPOSE) run --rm prepare
	@COMPOSE="$(COMPOSE)" deploy/rolling-restart.sh
	$(COMPOSE) up --detach --wait
	@COMPOSE="$(COMPOSE)" deploy/read-again.sh

# Behind Caddy more containers; without it, on one port, more processes of web in its container. Of what is not named there
# stay as many as there are.
.PHONY: scale
scale: ## More web and workers, until the next up (WEB=3 WORKER=2; .env makes it last)
	@[ -n "$(WEB)$(WORKER)" ] || { echo "How many? make scale WEB=3 WORKER=2"; exit 1; }
	@COMPOSE="$(COMPOSE)" deploy/rolling-restart.sh --check
	@if $(COMPOSE) config --services | grep -qx caddy; then \
		env -u WEB -u WORKER $(COMPOSE) up --detach --wait --no-deps --no-recreate \
			$(if $(WEB),--scale web=$(WEB)) $(if $(WORKER),--scale worker=$(WORKER)) $(if $(WEB),web) $(if $(WORKER),worker); \
	else \
		$(if $(WEB),$(COMPOSE) up --detach --wait --no-deps web &&) \
		$(if $(WORKER),$(COMPOSE) up --detach --wait --no-deps --no-recreate --scale worker=$(WORKER) worker &&) :; \
	fi
	@$(COMPOSE) ps

.PHONY: logs
logs: ## Follow the containers' logs (S=web for one of them)
	$(COMPOSE) logs --follow --tail 100 $(S)

.PHONY: ps
ps: ## How the containers are
	$(COMPOSE) ps --all

.PHONY: reset
reset: ## Remove the containers WITH ALL DATA, after asking
	@printf 'This deletes every conversation, account and secret of this installation. Type "reset" to go on: '
	@read answer && [ "$$answer" = reset ] || { echo "Nothing was changed."; exit 1; }
	$(COMPOSE) down --volumes

.PHONY: format
format: setup ## Put the code into our style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: build
build: setup ## Build the front-ends into static/dist/
	$(NPM) build

.PHONY: setup
setup: ## Install everything for development into .venv and node_modules
	@$(INSTALL) dev

.PHONY: lock
lock: setup ## Remake the lock files from pyproject.toml (UPGRADE=1 takes newer versions)
	@$(RUN) -m foundation.install.lock $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Remove caches and built files (the demo's data stay)
	rm -rf static/dist staticfiles test-results .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +
