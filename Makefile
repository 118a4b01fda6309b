# make run    the bot with no token on an embedded database: http://127.0.0.1:8080/chat
# make chat   the same in the terminal
# make test   every test; RACE=-race adds the race detector
# make check  format, vet, lint, import rules
# make bench  one table of everything that is measured
# make soak   the whole program for MINUTES=10 against failing platforms, kills and a full disk (as root), then a ledger
GOLANGCI := .cache/bin/golangci-lint
GOLANGCI_VERSION := v2.15.0

.PHONY: run chat build test check bench soak fuzz
run:
	go run ./cmd/ogpbot serve

chat:
	go run ./cmd/ogpbot chat

build:
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o ogpbot ./cmd/ogpbot

test:
	@if [ -n "$(RACE)" ] && ! command -v gcc >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -qy gcc libc6-dev; fi
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -q && apt-get install -qy --no-install-recommends chromium fonts-dejavu-core fonts-bpg-georgian; fi
	go test -timeout 20m $(RACE) ./...

check: $(GOLANGCI)
	@test -z "$$(gofmt -l bot cmd content internal)" || { echo "not gofmt-ed:"; gofmt -l bot cmd content internal; exit 1; }
	go vet ./...
	cd internal/bench && go vet ./...
	go mod verify
	$(GOLANGCI) run
	go test ./internal/arch
	go run ./cmd/ogpbot content check

$(GOLANGCI):
	GOBIN=$(CURDIR)/.cache/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

bench:
	cd internal/bench && go run .

MINUTES ?= 10
soak:
	cd internal/bench && go run . -soak $(MINUTES)m

fuzz:
	go test -run '^$$' -fuzz FuzzFold -fuzztime 30s ./internal/answer/georgian
	go test -run '^$$' -fuzz FuzzSplit -fuzztime 30s ./internal/channel
	go test -run '^$$' -fuzz FuzzDecode -fuzztime 30s ./internal/channel/telegram
