# The habits of this repository. Everything here is a line that can be typed by hand.

FUZZTIME ?= 10s
BENCHCOUNT ?= 1

.DEFAULT_GOAL := help
.PHONY: assets screenshots help run build test short race lint fmt fuzz bench torture ci clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: ## serve http://127.0.0.1:8080 from ./data
	go run ./server

build: ## build bin/parley
	go build -o bin/parley ./server

test: ## run every test
	go test ./...

short: ## run the tests that take no time
	go test -short ./...

race: ## run every test under the race detector
	go test -race ./...

lint: ## judge the code without running it
	.ci/lint

fmt: ## format the Go code
	go run mvdan.cc/gofumpt@v0.12.0 -w .

assets: ## make static/dist anew, after a change in static/js, css or vendor
	cd static/build && go run .

screenshots: ## take the pictures of docs/images anew (needs Chromium, and fonts for Chinese and emoji)
	go run ./tests/screenshots

fuzz: ## run each fuzz target for FUZZTIME (10s)
	@for pkg in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "==> $$pkg $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

bench: ## run the benchmarks beside the code, then the server beside others (docs/performance.md)
	go test -run '^$$' -bench . -benchmem -count $(BENCHCOUNT) ./...
	go run ./tests/bench

torture: ## kill, stop, pause, starve and cut a server for some minutes
	PARLEY_TORTURE=long go test -count 1 -v -timeout 30m -run UnderTorture ./tests

ci: ## what continuous integration runs
	bash .ci/run

clean: ## remove what building and testing left, but not ./data
	rm -rf bin parley shots *.prof *.test tests/node/node_modules
