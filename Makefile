# SPDX-License-Identifier: MIT
#
# What a person or a CI types. The work itself is done by cargo and by ./qemu/vm, which brings its own compiler, kernel
# and virtual machine; see ./qemu/vm --help.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Everything that runs inside the virtual machine is built in the build root, with its compiler and its C library.
IN_ROOT := ./qemu/vm root --
GUEST := target/guest/release
GUEST_PROGRAMS := qenex qenexd vector-replay device-load

# What of the tests in the virtual machine runs on the kernel with sanitizers: all but that of the packages, which are for Debian's
# own kernel.
SANITIZED := device hostile journal kunit ledger module durability api

.PHONY: help
help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: module guest-programs ## Boot a stock kernel with the ledger: a prompt on a terminal, else a demonstration; the books stay
	@rm -rf target/demo && mkdir -p target/demo/bin
	@cp $(GUEST)/qenex $(GUEST)/qenexd target/demo/bin/
	@cp qenex-abi/include/qenex.h tests/vm/programs/transfer.c tools/demo/demo.sh target/demo/
	@if [ -t 0 ] && [ -t 1 ]; then ./qemu/vm shell --share target/demo --disk target/ledger.img -- ./demo.sh prompt; \
	else ./qemu/vm run --share target/demo --disk target/ledger.img -- ./demo.sh; fi

.PHONY: module
module: ## Build the kernel module, target/kmod/qenex_banking.ko (KDIR=… for another kernel tree)
	./qemu/vm build

.PHONY: lint-module
lint-module:
	./qemu/vm build -- CLIPPY=1 W=e
	@# The lints turn optimizations off: what is tried and measured is the module as it is shipped.
	./qemu/vm build

.PHONY: guest-programs
guest-programs:
	@$(IN_ROOT) env QENEX_CHECKOUT=$(CURDIR) tools/guest-programs $(GUEST) $(addprefix -p ,$(GUEST_PROGRAMS))

.PHONY: toolchain
toolchain:
	@tools/host-toolchain

.PHONY: fmt
fmt: ## Format all Rust code
	cargo fmt --all
	rustfmt --edition 2021 --config-path . kmod/src/main.rs

.PHONY: check
check: toolchain ## The quick loop: formatting, lints and the tests that need no virtual machine
	cargo fmt --all --check
	rustfmt --check --edition 2021 --config-path . kmod/src/main.rs
	cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
	cargo test --workspace --exclude vm-tests --locked --quiet
	cargo test --package vm-tests --lib --locked --quiet
	python3 -m unittest discover -q qemu/tests
	python3 kmod/safety.py --check
	python3 tests/unsafe.py
	python3 tests/documents.py check

.PHONY: test
test: check test-interleavings test-messages test-api test-vm test-reproducible container ## Everything

.PHONY: test-interleavings
test-interleavings: toolchain ## The ledger's lock and publication protocol under schedulers of threads
	RUSTFLAGS="--cfg shuttle" cargo test --release --package qenex-ledger --test interleavings --locked \
		--target-dir target/shuttle

.PHONY: test-messages
test-messages: toolchain ## Messages and identifiers, judged beside independent judges
	tests/messages/run

.PHONY: fuzz
fuzz: fuzz-parsers fuzz-messages ## Random input for whatever reads bytes, QENEX_FUZZ_SECONDS (600) for each reader

.PHONY: fuzz-messages
fuzz-messages: toolchain
	tests/fuzz messages

.PHONY: fuzz-parsers
fuzz-parsers: toolchain
	tests/fuzz parsers

.PHONY: test-api
test-api: toolchain module guest-programs ## The API: its document beside what it does, and the daemon in the virtual machine
	tests/api/schemathesis-sandbox.sh
	cargo test --package vm-tests --test api --locked

.PHONY: test-miri
test-miri: ## The ledger's threads under miri, which needs a nightly toolchain that has it
	MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test --package qenex-ledger --test threads --locked

.PHONY: test-vm
test-vm: toolchain lint-module guest-programs clients ## The other tests inside the virtual machine
	cargo test --package vm-tests --locked $(addprefix --test ,clients device documents durability hostile journal ledger module speed)

.PHONY: deny
deny: toolchain ## The crates that all this is built of: known flaws, licences, sources (cargo-deny, installed at first use)
	tools/deny/run

.PHONY: test-reproducible
test-reproducible: ## The module built again in another folder, by another user, elsewhere: the same to the last byte
	tests/reproducible

.PHONY: test-sanitizer
test-sanitizer: toolchain guest-programs ## Everything in the virtual machine on the kernel with sanitizers (made first: 25 min), and KUnit
	./qemu/vm build --sanitizer
	./qemu/vm build --sanitizer --kunit -- CLIPPY=1 W=e
	./qemu/vm build --sanitizer --kunit
	@set -o pipefail; QENEX_SANITIZER=1 cargo test --package vm-tests --locked --no-fail-fast \
		$(addprefix --test ,$(SANITIZED)) -- --nocapture 2>&1 | tee target/sanitizer.log
	@python3 tests/proof.py note machine \
		$$(awk '/^test result: ok/ { n += $$4 } END { print n }' target/sanitizer.log) tests 0

.PHONY: fuzz-device
fuzz-device: ## Ten million random calls of the device on the kernel with sanitizers (QENEX_FUZZ_SEEDS × QENEX_FUZZ_CALLS)
	tests/vm/fuzz-device

.PHONY: test-faults
test-faults: toolchain module guest-programs ## Every fault as often as promised, about an hour; prints tests/faults.md anew
	@# FAULT=damaged (or another name) tries that one alone and keeps the other lines.
	@[ "$(FAULT)" ] || rm -rf target/faults
	QENEX_FAULTS=full QENEX_FAULT=$(FAULT) cargo test --package vm-tests --test durability --locked $(if $(FAULT),faults)
	@{ echo '<!-- Printed by `make test-faults`. -->'; echo; echo '| fault | tries | changes | lost | doubled | invented |'; \
	echo '| --- | --- | --- | --- | --- | --- |'; cat $$(ls -v target/faults/*); } | tee tests/faults.md

.PHONY: proof
proof: toolchain ## Every check above that says how often it has tried, in short (QENEX_PROOF=full: hours), and one table of them
	python3 tests/proof.py

.PHONY: clients
clients: ## The clients in C, Go, Python and Rust: target/clients/
	@rm -rf target/clients
	./qemu/vm root --with clients -- env QENEX_CHECKOUT=$(CURDIR) tools/clients/build target/clients

.PHONY: deb
deb: module guest-programs ## Debian packages of daemon, tools and module: target/deb/*.deb
	@rm -rf target/deb
	$(IN_ROOT) tools/packages/build

.PHONY: container
container: ## The daemon in a container, where there is a builder (Containerfile)
	@for builder in podman docker; do if $$builder info > /dev/null 2>&1; then \
	$(MAKE) deb && exec $$builder build --tag qenexd .; exit; fi; done; \
	echo "neither podman nor docker is at work here: no container is built"

.PHONY: test-install
test-install: toolchain deb ## The packages: the module by DKMS; on a bare Debian installed, used, upgraded, removed
	./qemu/vm root --with dkms -- sh -c 'tools/packages/try-dkms target/deb/qenex-dkms_*.deb target/dkms'
	@rm -rf target/deb/old target/deb/new
	$(IN_ROOT) tools/packages/build target/deb/old target/dkms/qenex_banking.ko
	$(IN_ROOT) env QENEX_VERSION=99.0 tools/packages/build target/deb/new
	cargo test --package vm-tests --test install --locked -- --nocapture

.PHONY: bench-risk
bench-risk: toolchain ## The risk models beside scikit-learn; prints daemon/risk/BENCH.md anew, some 15 minutes
	tools/bench-risk/run

.PHONY: budget
budget: toolchain module ## Write the budget of instructions anew that `make test` compares with
	QENEX_BUDGET_WRITE=1 cargo test --quiet --package vm-tests --test speed --locked

.PHONY: bench
bench: toolchain module guest-programs ## How fast it all is, beside a naive ledger, PostgreSQL and SQLite: docs/benchmarks.md, half an hour
	@# PART=calls (or core, threads, peers, store) measures that alone and takes the rest as it was.
	tools/bench/run $(PART)

.PHONY: header
header: ## Write qenex.h, docs/abi.md and the same for Python and Go anew from the Rust source
	cargo run --quiet --package qenex-header

.PHONY: rust-analyzer
rust-analyzer: ## Write rust-project.json, so that an editor understands kmod/
	./qemu/vm rust-analyzer

.PHONY: clean
clean: ## Remove what was built here; the cache of build root and kernels stays (./qemu/vm clean removes it)
	rm -rf target
