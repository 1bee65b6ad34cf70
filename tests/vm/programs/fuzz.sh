#!/bin/sh
# SPDX-License-Identifier: MIT
#
# fuzz.sh SEEDS CALLS [FAULTS]: runs the fuzzer with seeds 1 to SEEDS, CALLS calls each, on a ledger of its own each, with what
# earlier seeds found (corpus, corpus.blocks beside this file), and leaves there what it found itself. Every time the module
# must go afterwards, and the memory that the kernel keeps must not have grown from the middle of the run to its end.
#
# fuzz.sh restoring SEEDS CALLS [FAULTS]: the same with ledgers that wait to be restored (corpus-restoring).
#
# kmemleak would take half of the time: leaks are looked for as said above, and by the short form of this, which has it.
set -eu

mode= corpus=corpus parameter=volatile=1
if [ "$1" = restoring ]; then
    mode=restoring corpus=corpus-restoring parameter=volatile=0
    shift
fi
seeds=$1 calls=$2 faults=${3:-}
gcc -O2 -Wall -Wextra -Werror -pthread -o /tmp/fuzz fuzz.c fuzz_restoring.c
[ ! -e corpus.gz ] || [ "$mode" ] || gzip -dc corpus.gz >/tmp/corpus
for found in $corpus $corpus.blocks; do
    [ ! -e "$found" ] || cp "$found" /tmp/
done

kept() {
    echo 3 >/proc/sys/vm/drop_caches
    awk '/^(SUnreclaim|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}
load() {
    insmod "$QENEX_MODULE" "$parameter"
    # What udev does.
    chgrp qenex /dev/qenex_banking
}
unload() {
    # Holds go on expiring, and a consumer was there: what is written must be acknowledged.
    tries=0
    until rmmod qenex_banking 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ]
        sleep 0.2
        /tmp/fuzz settle
    done
}

[ ! -e /dev/qenex_banking ] || unload
before=
for seed in $(seq "$seeds"); do
    load
    /tmp/fuzz $mode "$seed" "$calls" 4 /tmp/$corpus $faults || failed=1
    cp /tmp/$corpus /tmp/$corpus.blocks .
    unload
    [ "$seed" -lt "$(((seeds + 1) / 2))" ] || before=${before:-$(kept)}
    [ -z "${failed:-}" ] || exit 1
done
after=$(kept)
echo "memory kept by the kernel: $before KiB, then $after KiB"
# A ledger is some 40 MiB.
[ "$((after - before))" -lt 30000 ]
