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

.PHONY: guest-programs
guest-programs:
	@# Beside the crates that were fetched, so that a new checkout builds nothing but our own code anew.
	@$(IN_ROOT) sh -c 'cargo build --quiet --release --locked --target-dir "$$CARGO_HOME/target" \
		$(addprefix -p ,$(GUEST_PROGRAMS)) && mkdir -p $(GUEST) && \
		cp $(addprefix "$$CARGO_HOME"/target/release/,$(GUEST_PROGRAMS)) $(GUEST)/'

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
	python3 -m unittest discover -q qemu/tests
	python3 kmod/safety.py --check

.PHONY: test
test: check test-interleavings test-messages test-api test-vm ## Everything

.PHONY: test-interleavings
test-interleavings: toolchain ## The ledger's lock and publication protocol under schedulers of threads
	RUSTFLAGS="--cfg shuttle" cargo test --release --package qenex-ledger --test interleavings --locked \
		--target-dir target/shuttle

.PHONY: test-messages
test-messages: toolchain ## Messages and identifiers, judged beside independent judges
	tests/messages/run

.PHONY: fuzz-messages
fuzz-messages: toolchain ## Random input for each reader of messages, QENEX_FUZZ_SECONDS (600) each
	daemon/messages/fuzz/run

.PHONY: test-api
test-api: toolchain module guest-programs ## The API: its document beside what it does, and the daemon in the virtual machine
	tests/api/schemathesis-sandbox.sh
	cargo test --package vm-tests --test api --locked

.PHONY: test-miri
test-miri: ## The ledger's threads under miri, which needs a nightly toolchain that has it
	MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test --package qenex-ledger --test threads --locked

.PHONY: test-vm
test-vm: toolchain lint-module guest-programs ## The other tests inside the virtual machine
	cargo test --package vm-tests --locked $(addprefix --test ,device durability hostile journal ledger module speed)

.PHONY: test-sanitizer
test-sanitizer: toolchain ## The tests of the device and its callers on the kernel with sanitizers, which is made first (25 min)
	./qemu/vm build --sanitizer
	QENEX_SANITIZER=1 cargo test --package vm-tests --locked $(addprefix --test ,device hostile journal) -- --nocapture

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

.PHONY: deb
deb: module guest-programs ## Debian packages of daemon, tools and module: target/deb/*.deb
	@rm -rf target/deb
	$(IN_ROOT) tools/packages/build

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
header: ## Write qenex-abi/include/qenex.h and docs/abi.md anew from the Rust source
	cargo run --quiet --package qenex-header

.PHONY: rust-analyzer
rust-analyzer: ## Write rust-project.json, so that an editor understands kmod/
	./qemu/vm rust-analyzer

.PHONY: clean
clean: ## Remove what was built here; the cache of build root and kernels stays (./qemu/vm clean removes it)
	rm -rf target
