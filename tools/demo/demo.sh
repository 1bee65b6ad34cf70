#!/bin/sh
# The demonstration inside the virtual machine. The ledger's store is on the data disk: what was there the last time is
# there again, also if the machine was cut off.
#
#	demo.sh            opens the demo accounts if they are not there, moves money, checks every balance
#	demo.sh prompt     opens the demo accounts if they are not there, and gives a prompt
set -eu

STORE=/var/lib/qenex/store

step() {
    printf '\n\033[1m# %s\033[0m\n' "$1"
}

# Shows a command as it is typed, then runs it.
try() {
    printf '$ %s\n' "$*"
    "$@"
}

# balance NUMBER: in minor units.
balance() {
    qenex --json account show "$1" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["accounts"][0]["balance_minor"])'
}

# expect NUMBER AMOUNT: the balance of an account is that, in minor units.
expect() {
    balance=$(balance "$1")
    if [ "$balance" != "$2" ]; then
        echo "demo: account $1 has $balance minor units, not $2" >&2
        exit 1
    fi
}

# refused COMMAND…: the ledger refuses it.
refused() {
    if try "$@"; then
        echo "demo: this should have been refused" >&2
        exit 1
    fi
}

# accounts: numbers of the demo accounts, which are the first there are.
accounts() {
    qenex --json account list | python3 -c 'import json, sys
print(*[account["account_number"] for account in json.load(sys.stdin)["accounts"] if account["type"] != "cash"][:3])'
}

# Gives the ledger in the kernel what the store holds, and stores what happens from then on.
serve() {
    qenexd run --store "$STORE" 2> /var/lib/qenex/qenexd.log &
    DAEMON=$!
    trap 'kill $DAEMON 2> /dev/null; wait $DAEMON' EXIT
    until grep -q 'qenexd: ready' /var/lib/qenex/qenexd.log; do
        if ! kill -0 $DAEMON 2> /dev/null; then
            cat /var/lib/qenex/qenexd.log >&2
            exit 1
        fi
        sleep 0.1
    done
    grep 'qenexd: ready' /var/lib/qenex/qenexd.log
}

step "An unmodified Debian kernel, with the ledger inside"
try uname -r
try grep '^qenex_banking ' /proc/modules
dmesg --notime | grep QENEX
try ls -l /dev/qenex_banking

step "The daemon gives the kernel what its store holds"
serve
# shellcheck disable=SC2046 # three words
set -- "${1:-}" $(accounts)
if [ $# = 4 ]; then
    step "The accounts are there, as the store has kept them"
    try qenexd verify --store "$STORE"
else
    step "Demo accounts: Alice with 1,000.00 USD, Bob with nothing, a savings account with 5,000.00 USD"
    qenex account create --quiet --currency USD --balance 1000.00 --owner customer > /dev/null
    qenex account create --quiet --currency USD > /dev/null
    qenex account create --quiet --currency USD --type savings --balance 5000.00 > /dev/null
    # shellcheck disable=SC2046
    set -- "$1" $(accounts)
fi
MODE=$1 ALICE=$2 BOB=$3 SAVINGS=$4
try qenex account list

if [ "$MODE" = prompt ]; then
    printf '\nYou are root in a virtual machine; leave with exit. Three commands to try:\n\n'
    printf '    qenex transfer --durable %s %s 250.00 USD\n' "$ALICE" "$BOB"
    printf '    qenex account show %s %s\n' "$ALICE" "$BOB"
    printf '    cc -o transfer transfer.c && ./transfer\n\n'
    export ALICE BOB SAVINGS PS1='qenex:\w# '
    bash --norc || true
    exit
fi

alice=$(balance "$ALICE") bob=$(balance "$BOB") savings=$(balance "$SAVINGS")
ID=$(date +%s%N)

step "Money moves, and is stored when the command returns"
try qenex transfer --durable "$ALICE" "$BOB" 2.50 USD
try qenex transfer --durable "$SAVINGS" "$ALICE" 10.00 USD --id "$ID"

step "The same id again has no second effect"
try qenex transfer --durable "$SAVINGS" "$ALICE" 10.00 USD --id "$ID"

step "Nobody can spend what is not there"
refused qenex transfer "$BOB" "$ALICE" 1000000.00 USD

step "A mistyped account number is noticed"
refused qenex transfer "$ALICE" "$((BOB + 1))" 1.00 USD

step "The same from C, with the header alone"
try cc -Wall -Werror -o /tmp/transfer transfer.c
try /tmp/transfer

step "Every balance is right"
try qenex account list
expect "$ALICE" $((alice + 750))
expect "$BOB" $((bob + 250))
expect "$SAVINGS" $((savings - 1000))
printf '\nAll balances are right.\n'
