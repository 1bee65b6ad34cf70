#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Lets schemathesis look for differences between the API and its document, at a daemon with a ledger inside its process.
# What is given goes to schemathesis.

set -eu

here=$(dirname "$(readlink -f "$0")")
cd "$here/../.."
cargo build --quiet --locked --package api-sandbox
store=$(mktemp -d)
printf '[people]\niterations = 100000\n[log]\nlevel = "error"\n' > "$store/config.toml"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"${CARGO_TARGET_DIR:-target}/debug/api-sandbox" --store "$store/store" --config "$store/config.toml" --demo \
    --listen "127.0.0.1:$port" &
sandbox=$!
trap 'kill $sandbox 2> /dev/null; wait $sandbox; rm -rf "$store"' EXIT
tries=0
until [ -S "$store/store/api.sock" ]; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] && kill -0 $sandbox
    sleep 0.1
done
echo 'AdminPass123!' | "$here/schemathesis.sh" "127.0.0.1:$port" admin "$@"
