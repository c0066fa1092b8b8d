# Gives short names to everything one does in this checkout; `make` alone lists them.

SYSTEM_PATH := $(PATH)
# The Node release that the program needs is a development dependency.
export PATH := $(CURDIR)/node_modules/.bin:$(SYSTEM_PATH)

UNIT_TESTS := 'test/!(browser|cluster|expiry|helm|image|long|monitoring|node|release|shells|support)/**/*.test.ts'
# Open pages in Chromium, which not every machine has.
BROWSER_TESTS := 'test/browser/**/*.test.ts'
# Push, pull and sign the image with tools that are built first.
IMAGE_TESTS := 'test/image/**/*.test.ts'
# Ask promtool and a real Prometheus, which not every machine has.
MONITORING_TESTS := 'test/monitoring/**/*.test.ts'
# Make a release twice and try each of its files with the tool that it is for.
RELEASE_TESTS := 'test/release/**/*.test.ts'
# Type into zsh and fish, which not every machine has.
SHELL_TESTS := 'test/shells/**/*.test.ts'
# Observes a whole grant of eleven minutes, from the start of the run on: last, so that the others fill the time.
EXPIRY_TESTS := 'test/expiry/**/*.test.ts'
# Install the chart with Helm, which is built first.
HELM_TESTS := 'test/helm/**/*.test.ts'
# Two parts of the tests on a control plane. Beside the first one run the unit tests, so that both take about the same time.
CLUSTER_TESTS_1 := 'test/cluster/@(break-glass|bringing-baselines|mesh|secrets)/**/*.test.ts' $(EXPIRY_TESTS)
CLUSTER_TESTS_2 := 'test/cluster/!(break-glass|bringing-baselines|mesh|secrets)/**/*.test.ts' 'test/cluster/*.test.ts'
# Kubernetes versions beside the newest of which a control plane can be built.
OLDER_KUBERNETES := $(basename $(notdir $(wildcard hack/controlplane/versions/*.mod)))
# Need a Linux where one may make network namespaces: pods, probes and NetworkPolicies that bind.
NODE_TESTS := 'test/node/**/*.test.ts'
# Wait for minutes on what cannot be hastened.
LONG_TESTS := 'test/long/**/*.test.ts'
MOCHA := node node_modules/mocha/bin/mocha.js --forbid-only --forbid-pending --fail-zero

GO_MODULES := hack/controlplane hack/kstatus hack/argo-lua hack/node
# As hack/go-command.ts compiles: what is compiled to be vetted is not compiled again to be built.
GO_COMPILING := -trimpath -gcflags=all=-dwarf=false

.DEFAULT_GOAL := help
.PHONY: help prerequisites generate verify build image test test-unit test-browser test-cluster test-helm test-image test-monitoring test-release test-shells test-long test-matrix test-node node-up node-down demo controlplane-up controlplane-down bench bench-findings bench-admission bench-phases clean release site recording

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

prerequisites: ## check for make, Node, npm and Go
	@PATH="$(SYSTEM_PATH)" hack/prerequisites.sh

# npm replaces node_modules and the Node in it, so it runs with the machine's own.
node_modules: node_modules/.stamp ## install the dependencies when the lock file changed
node_modules/.stamp: package.json package-lock.json
	PATH="$(SYSTEM_PATH)" npm ci --no-audit --no-fund
	touch $@

generate: node_modules ## write CRDs, reference, RBAC and policies from their sources
	node hack/generate-crds.ts
	node hack/generate-config.ts

verify: generate ## check generated files, types, lint, format and the Go modules
	hack/verify-generated.sh
	tsc -p .
	biome check
	@test -z "$$(gofmt -l $(GO_MODULES))" || { gofmt -d $(GO_MODULES); exit 1; }
	cd hack/controlplane && go vet ./plane
	cd hack/kstatus && CGO_ENABLED=0 go vet $(GO_COMPILING) .
	cd hack/argo-lua && CGO_ENABLED=0 go vet $(GO_COMPILING) .

image: node_modules ## write the operator's image to dist/image (OCI layout): needs no container daemon
	node hack/image/image.ts

# Beside VERSION it may be told IMAGE and URL, where image and files will be. Both reach the program as environment.
release: node_modules ## prepare everything for a tag in dist/release: make release VERSION=1.2.3 (see docs/releasing.md)
	@node hack/release/release.ts

build: node_modules ## build dist/securitybaseline.mjs, and securitybaseline-credential.mjs for kubectl
	node hack/build.ts

test: node_modules ## run the tests on a real control plane (its first build takes about 15 minutes on 2 cores)
	node hack/test.ts $(UNIT_TESTS) $(CLUSTER_TESTS_1) -- $(CLUSTER_TESTS_2)

test-unit: node_modules ## run the tests that need no cluster
	$(MOCHA) $(UNIT_TESTS)

test-browser: node_modules ## run the tests of pages in a browser: needs Chromium (Debian: apt-get install chromium)
	@node hack/browser.ts
	$(MOCHA) $(BROWSER_TESTS)

test-cluster: node_modules ## run the tests on a real control plane
	node hack/test.ts $(CLUSTER_TESTS_1) -- $(CLUSTER_TESTS_2)

test-helm: node_modules ## render, install, upgrade, roll back and uninstall the chart with Helm, which is built first (about ten minutes)
	$(MOCHA) $(HELM_TESTS)

test-image: node_modules ## build, push, pull, sign and run the image with crane and cosign, which are built first (about ten minutes)
	$(MOCHA) $(IMAGE_TESTS)

test-monitoring: node_modules ## check alerts, metrics and dashboard with promtool and Prometheus: both must be installed (Debian: prometheus)
	@node hack/prometheus.ts
	$(MOCHA) $(MONITORING_TESTS)

test-shells: node_modules ## complete command lines in interactive bash, zsh and fish: all three must be installed (Debian: zsh, fish)
	@node hack/shells.ts
	$(MOCHA) $(SHELL_TESTS)

test-release: node_modules ## make a release twice, and try each of its files with its tool, which is built first
	$(MOCHA) $(RELEASE_TESTS)

test-long: node_modules ## run the tests that wait for minutes: dead connections, lost rights and policies, contested fields
	$(MOCHA) $(LONG_TESTS)

test-matrix: node_modules ## run the tests on control planes of all supported Kubernetes versions; each is built first (about 15 minutes on 2 cores)
	@failed=; for version in $(OLDER_KUBERNETES) ""; do \
	  echo "Kubernetes $${version:-of go.mod}"; \
	  SECURITYBASELINE_KUBERNETES=$$version $(MAKE) --no-print-directory test-cluster || failed="$$failed $${version:-newest}"; \
	done; test -z "$$failed" || { echo "failed on Kubernetes:$$failed"; exit 1; }

demo: node_modules ## show the operator at work on a real control plane
	node hack/demo/demo.ts

test-node: node_modules ## run the tests on a real node, where pods run and NetworkPolicies bind: needs root and packages of Debian (docs/node.md)
	node hack/node/test.ts $(NODE_TESTS)

node-up: node_modules ## start a control plane with a node that stays, and print how to use it
	@node hack/node/node.ts up

node-down: ## stop it
	@node hack/node/node.ts down

controlplane-up: node_modules ## start a control plane that stays, and print how to use it
	node hack/control-plane.ts up

controlplane-down: ## stop it
	node hack/control-plane.ts down

bench: node_modules ## measure on a real control plane
	node hack/bench/bench.ts
	node hack/bench/report.ts

bench-findings: node_modules ## measure what objects of others cost
	node hack/bench/findings.ts
	node hack/bench/report.ts

bench-admission: node_modules ## measure what section admission adds to the creation of a pod
	node hack/bench/admission.ts
	node hack/bench/report.ts

bench-phases: node_modules ## measure what creating, restarting and resting cost at 100, 300 and 1,000 baselines (about ten minutes)
	node hack/bench/phases.ts
	node hack/bench/phases-report.ts

recording: node_modules ## draw docs/drift.svg from what the demo prints
	node hack/demo/recording.ts

site: node_modules ## build the documentation as static pages in dist/site; fails on dead links and pages that nobody gets to
	node hack/site/site.ts

clean: controlplane-down node-down ## remove what was built here; the cached Go binaries stay
	rm -rf dist .work coverage
