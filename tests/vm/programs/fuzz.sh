#!/bin/sh
# SPDX-License-Identifier: MIT
#
# fuzz.sh SEEDS CALLS [FAULTS]: runs the fuzzer with seeds 1 to SEEDS, CALLS calls each, on a ledger of its own each, with what
# earlier seeds found (corpus, corpus.blocks beside this file), and leaves there what it found itself. Every time the module
# must go afterwards, and the memory that the kernel keeps must not have grown from the middle of the run to its end.
#
# kmemleak would take half of the time: leaks are looked for as said above, and by the short form of this, which has it.
set -eu

seeds=$1 calls=$2 faults=${3:-}
gcc -O2 -Wall -Wextra -Werror -pthread -o /tmp/fuzz fuzz.c
[ ! -e corpus.gz ] || gzip -dc corpus.gz >/tmp/corpus
for found in corpus corpus.blocks; do
    [ ! -e "$found" ] || cp "$found" /tmp/
done

kept() {
    echo 3 >/proc/sys/vm/drop_caches
    awk '/^(SUnreclaim|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}

before=
for seed in $(seq "$seeds"); do
    /tmp/fuzz "$seed" "$calls" 4 /tmp/corpus $faults || failed=1
    cp /tmp/corpus /tmp/corpus.blocks .
    # Holds go on expiring, and a consumer was there: what is written must be acknowledged.
    tries=0
    until rmmod qenex_banking 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ]
        sleep 0.2
        /tmp/fuzz settle
    done
    [ "$seed" -lt "$(((seeds + 1) / 2))" ] || before=${before:-$(kept)}
    [ "$seed" -eq "$seeds" ] || insmod "$QENEX_MODULE" volatile=1
    # What udev does.
    [ ! -e /dev/qenex_banking ] || chgrp qenex /dev/qenex_banking
    [ -z "${failed:-}" ] || exit 1
done
after=$(kept)
echo "memory kept by the kernel: $before KiB, then $after KiB"
# A ledger is some 40 MiB.
[ "$((after - before))" -lt 30000 ]
