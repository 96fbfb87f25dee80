# `make` alone lists what there is. Needs Go, git, make and gcc. Other tools are Go
# modules, pinned in hack/tools/go.mod, but for Chromium and npm (test-browser) and
# nft (real nodes): as root on Debian, make installs Chromium and nft.

SHELL = /bin/bash
.SHELLFLAGS = -euo pipefail -c

# `make test TESTFLAGS='-race -run Opening'`
TESTFLAGS ?=
# `make bench BENCHFLAGS=-tenth`: the smallest size only
BENCHFLAGS ?=
# `make night NIGHTFLAGS=-short`: within five minutes
NIGHTFLAGS ?=
# `make demo DEMOFLAGS='-kubeconfig=FILE -database=postgres://…'`: on your own cluster
DEMOFLAGS ?=
# `make run-booking BOOKINGFLAGS='-data=/somewhere'`; -once tries everything and ends
BOOKINGFLAGS ?=
# `make images IMAGESFLAGS='--version=v0.1.0 --push=registry.example.org/mezzanotte'`
IMAGESFLAGS ?=
# How long each fuzz target runs.
FUZZTIME ?= 30s

# Every Go module of this repository, as a folder. Linters leave out
# hack/cluster/kubernetes: it is one main function that links all of Kubernetes.
MODULES = $(sort $(dir $(shell git ls-files --cached --others --exclude-standard -- go.mod '*/go.mod')))

# golangci-lint takes minutes to build, so it is kept outside the clone, under
# a name that changes with what it is built from.
TOOLS_CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/mezzanotte/tools
TOOLS_HASH := $(shell (go env GOVERSION; cat hack/tools/go.mod hack/tools/go.sum hack/tools/golangci-lint/*.go) | git hash-object --stdin)
GOLANGCI_LINT := $(TOOLS_CACHE)/$(TOOLS_HASH)/golangci-lint

CONTROLLER_GEN = go tool -modfile=hack/tools/go.mod controller-gen
CRD_REF_DOCS = go tool -modfile=hack/tools/go.mod crd-ref-docs --renderer=markdown --log-level=ERROR
HEADER = headerFile=hack/boilerplate.go.txt

.DEFAULT_GOAL := help
.PHONY: help
help: ## Show this list.
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

##@ Build

.PHONY: build
build: ## Build the commands into bin/.
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/...

.PHONY: theme
theme: ## Make the pages' theme of Bootstrap Italia, from npm; they work without.
	modules=$$(hack/theme/modules.sh hack/theme) && node hack/theme/build.mjs internal/booking "$$modules"

.PHONY: pictures
pictures: theme ## Take the documentation's pictures of the pages anew.
	hack/tools/debian.sh chromium chromium chromium-browser google-chrome
	modules=$$(hack/theme/modules.sh test/browser) && test/browser/pictures.sh "$$modules/axe-core/axe.min.js" "$$PWD/docs/images"

.PHONY: images
images: ## Build container images into dist/images/, without Docker.
	go -C hack/images run . $(IMAGESFLAGS)

.PHONY: generate
generate: ## Write deep copies, apply configurations, CRDs, the RBAC role and the API reference.
	rm -rf api/v1alpha1/applyconfiguration config/crd/bases
	$(CONTROLLER_GEN) object:$(HEADER) paths=./api/...
	$(CONTROLLER_GEN) applyconfiguration:$(HEADER) crd paths=./api/... output:crd:dir=config/crd/bases
	$(CONTROLLER_GEN) rbac:roleName=mezzanotte-manager paths=./... output:rbac:dir=config/rbac
	$(CRD_REF_DOCS) --config=hack/tools/api-reference/config.yaml --templates-dir=hack/tools/api-reference \
	  --source-path=api/v1alpha1 --output-path=docs/reference/api.md

.PHONY: clean
clean: ## Remove what was built here.
	rm -rf bin dist cover *.out

##@ Check

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Run the linters of .golangci.yml.
	failed=; for module in $(filter-out hack/cluster/kubernetes/,$(MODULES)); do \
	  (cd $$module && $(GOLANGCI_LINT) run ./...) || failed+=" $$module"; \
	done; test -z "$$failed"

.PHONY: fmt
fmt: $(GOLANGCI_LINT) ## Format every Go file.
	$(GOLANGCI_LINT) fmt

$(GOLANGCI_LINT):
	mkdir -p $(@D)
	go -C hack/tools build -o $@.$$$$ ./golangci-lint && mv $@.$$$$ $@

.PHONY: verify
verify: ## Fail if generated code, formatting or go.mod files are not up to date.
	hack/tools/unchanged.sh $(MAKE) generate
	test -z "$$(gofmt -l . | tee /dev/stderr)"
	for module in $(MODULES); do go -C $$module mod tidy -diff || exit 1; done
	! LC_ALL=C git grep -laP '^\x7fELF|^\xcf\xfa\xed\xfe' # a program that go build left behind

.PHONY: test
test: ## Run all tests, against a real API server.
	assets=$$(go -C hack/cluster run . assets) && KUBEBUILDER_ASSETS=$$assets go test $(TESTFLAGS) ./...
	go -C hack test $(TESTFLAGS) ./booking/... ./cluster/... ./demo/... ./internal/... ./night/...

.PHONY: test-night
test-night: ## Run whole openings on real control planes, and break things meanwhile.
	assets=$$(go -C hack/cluster run . assets); \
	  KUBEBUILDER_ASSETS=$$assets go -C hack/demo test -tags night -run TestOwnCluster -count=1 -v $(TESTFLAGS) . & own=$$!; \
	  status=0; go test -tags night ./test/night -count=1 -timeout 45m -v $(TESTFLAGS) || status=$$?; \
	  wait $$own && exit $$status

.PHONY: test-browser
test-browser: theme ## Try the pages in Chromium with axe, and wait for an opening.
	hack/tools/debian.sh chromium chromium chromium-browser google-chrome google-chrome-stable
	modules=$$(hack/theme/modules.sh test/browser) && \
	  go -C test/browser test $(TESTFLAGS) -count=1 -timeout 30m -parallel 4 . -args -axe "$$modules/axe-core/axe.min.js"

.PHONY: test-node
test-node: ## Run pods on a real node on this machine, and take it all away (Linux, root).
	@test "$$(uname) $$(id -u)" = "Linux 0" || { echo "make test-node needs Linux and root: nothing was tested" >&2; exit 1; }
	hack/tools/debian.sh nftables nft
	go -C hack/cluster run . assets --nodes=real >/dev/null
	go -C hack/cluster test -tags node -run TestRealNode -count=1 -timeout 15m -v $(TESTFLAGS) .
	go -C hack/cluster/node test -count=1 $(TESTFLAGS) ./...

.PHONY: night
night: ## Run a whole opening with real pods and a crowd, with and without Mezzanotte (Linux, root).
	nodes=; if [[ "$$(uname) $$(id -u)" == "Linux 0" && "$(NIGHTFLAGS)" != *-simulated* ]]; then \
	  hack/tools/debian.sh nftables nft; nodes=--nodes=real; \
	fi; go -C hack/cluster run . assets $$nodes >/dev/null
	go -C hack/night build -o ../../bin/night . && bin/night $(NIGHTFLAGS)

.PHONY: night-faults
night-faults: ## The same, and break something in each run (Linux, root).
	@test "$$(uname) $$(id -u)" = "Linux 0" || { echo "make night-faults needs Linux and root: nothing was run" >&2; exit 1; }
	hack/tools/debian.sh nftables nft
	go -C hack/cluster run . assets --nodes=real >/dev/null
	go -C hack/night build -o ../../bin/night . && bin/night -faults $(NIGHTFLAGS)

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME (30s).
	for package in $$(grep -rlE --include='*_test.go' --exclude-dir=hack '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
	    go test $$package -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) || exit 1; \
	  done; \
	done

.PHONY: bench
bench: ## Measure the operator with 3,500 objects and with a tenth, and the pure packages.
	go -C hack/cluster run . assets >/dev/null
	go run ./test/bench $(BENCHFLAGS)
	go test -run '^$$' -bench . -benchmem ./internal/...

.PHONY: bench-booking
bench-booking: ## Measure bookings beside pgbench on the same PostgreSQL.
	go run ./test/bookingbench $(BENCHFLAGS)

##@ Try

.PHONY: demo
demo: ## Watch an opening night on a cluster on this machine, or on your own.
	go -C hack/demo build -o ../../bin/demo . && bin/demo $(DEMOFLAGS)

.PHONY: run-booking
run-booking: ## Try bookings on this machine: PostgreSQL, web, app and desk.
	go -C hack/booking run . $(BOOKINGFLAGS)
