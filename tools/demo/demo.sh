#!/bin/sh
# The demonstration inside the virtual machine.
#
#	demo.sh            opens the demo accounts, moves money, checks every balance
#	demo.sh prompt     opens the demo accounts and gives a prompt
set -eu

step() {
    printf '\n\033[1m# %s\033[0m\n' "$1"
}

# Shows a command as it is typed, then runs it.
try() {
    printf '$ %s\n' "$*"
    "$@"
}

# expect NUMBER AMOUNT: the balance of an account is that, in minor units.
expect() {
    balance=$(qenex --json account show "$1" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["accounts"][0]["balance_minor"])')
    if [ "$balance" != "$2" ]; then
        echo "demo: account $1 has $balance minor units, not $2" >&2
        exit 1
    fi
}

step "An unmodified Debian kernel, with the ledger inside"
try uname -r
try grep '^qenex_banking ' /proc/modules
dmesg --notime | grep QENEX
try ls -l /dev/qenex_banking

step "Demo accounts: Alice with 1,000.00 USD, Bob with nothing, a savings account with 5,000.00 USD"
ALICE=$(qenex account create --quiet --currency USD --balance 1000.00 --owner customer)
BOB=$(qenex account create --quiet --currency USD)
SAVINGS=$(qenex account create --quiet --currency USD --type savings --balance 5000.00)
try qenex account list

if [ "${1:-}" = prompt ]; then
    printf '\nYou are root in a virtual machine; leave with exit. Three commands to try:\n\n'
    printf '    qenex transfer %s %s 250.00 USD\n' "$ALICE" "$BOB"
    printf '    qenex account show %s %s\n' "$ALICE" "$BOB"
    printf '    cc -o transfer transfer.c && ./transfer\n\n'
    export ALICE BOB SAVINGS PS1='qenex:\w# '
    exec bash --norc
fi

step "Money moves"
try qenex transfer "$ALICE" "$BOB" 250.00 USD
try qenex transfer "$SAVINGS" "$ALICE" 1000.00 USD --id 42

step "The same id again has no second effect"
try qenex transfer "$SAVINGS" "$ALICE" 1000.00 USD --id 42

step "Nobody can spend what is not there"
if try qenex transfer "$BOB" "$ALICE" 250.01 USD; then
    echo "demo: the transfer should have been refused" >&2
    exit 1
fi

step "A mistyped account number is noticed"
if try qenex transfer "$ALICE" "$((BOB + 1))" 1.00 USD; then
    echo "demo: the transfer should have been refused" >&2
    exit 1
fi

step "The same from C, with the header alone"
try cc -Wall -Werror -o /tmp/transfer transfer.c
try /tmp/transfer

step "Every balance is right"
try qenex account list
expect "$ALICE" 175000
expect "$BOB" 25000
expect "$SAVINGS" 400000
try qenex info
printf '\nAll balances are right.\n'
