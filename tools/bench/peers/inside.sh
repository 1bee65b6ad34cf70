#!/bin/sh
# SPDX-License-Identifier: MIT
# `inside.sh ROUNDS SECONDS`, inside the virtual machine: QENEX, PostgreSQL and SQLite in turn on the disk at /var/lib/qenex,
# each answer durable. Lines of JSON.
set -eu
rounds=$1 seconds=$2
disk=/var/lib/qenex
bin=$(echo /usr/lib/postgresql/*/bin)
warm=12 # seconds before each measurement of PostgreSQL, and before the first of QENEX, that are not counted

for program in device sqlite raw; do
    cc -O2 -Wall -pthread -o /tmp/$program $program.c $([ $program != sqlite ] || echo -lsqlite3)
done

as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups env PATH="$bin:$PATH" "$@"; }
postgres_data=$disk/postgresql
install -d -o postgres $postgres_data
as_postgres initdb --auth=trust --no-sync -D $postgres_data > /tmp/initdb.log
# As durable as it is by itself (fsync, full_page_writes and synchronous_commit are on); with room enough.
cat >> $postgres_data/postgresql.conf <<END
shared_buffers = 512MB
max_wal_size = 2GB
max_connections = 50
listen_addresses = ''
unix_socket_directories = '/tmp'
jit = off
END
start_postgres() { as_postgres pg_ctl -w -D $postgres_data -l /tmp/postgresql.log start > /dev/null; }
stop_postgres() { as_postgres pg_ctl -w -D $postgres_data -m fast stop > /dev/null; }
start_postgres
as_postgres createdb -h /tmp bench
as_postgres psql -h /tmp -q -v ON_ERROR_STOP=1 bench < postgresql.sql
stop_postgres

# postgres CLIENTS BATCH SCRIPT: its own measure second by second, without the first ones, in which each connection plans its
# statements anew.
postgres() {
    as_postgres pgbench -h /tmp -n -M prepared -c "$1" -j "$(nproc)" -T $((warm + seconds)) -P 1 -f "$3" bench \
        > /tmp/pgbench.log 2>&1 || { cat /tmp/pgbench.log >&2; exit 1; }
    # A statement of thousands of transfers takes seconds: then the measure of the whole.
    awk -v clients="$1" -v batch="$2" -v warm=$warm '/^progress/ && $2 > warm && batch == 1 { done += $4 * ($2 - last); seconds += $2 - last }
        /^progress/ { last = $2 }
        /^tps/ && batch > 1 { done = $3 * last; seconds = last }
        END {
            printf "{\"what\": \"PostgreSQL\", \"clients\": %d, \"batch\": %d, \"transfers\": %.0f, \"seconds\": %.3f}\n", clients, batch, done * batch, seconds
        }' /tmp/pgbench.log
}

# On an empty ledger and store. Its log grows at first, which PostgreSQL's does not, so that has its time as well.
start_daemon() {
    rmmod qenex_banking
    insmod "$QENEX_MODULE"
    rm -rf $disk/store
    qenexd run --store $disk/store 2> /tmp/qenexd.log &
    daemon=$!
    until grep -q ready /tmp/qenexd.log; do
        kill -0 $daemon || { cat /tmp/qenexd.log >&2; exit 1; }
        sleep 0.2
    done
    /tmp/device 32 1 $warm > /tmp/warm.log
}

stop_daemon() {
    kill $daemon
    wait $daemon || true
}

for round in $(seq "$rounds"); do
    /tmp/raw $disk/raw "$seconds"
    start_daemon
    for clients in 1 8 32; do /tmp/device $clients 1 "$seconds"; done
    for clients in 1 8; do /tmp/device $clients 8192 "$seconds"; done
    stop_daemon
    start_postgres
    for clients in 1 8 32; do postgres $clients 1 one.sql; done
    # More than one such statement at a time would deadlock.
    postgres 1 8192 batch.sql
    stop_postgres
    for clients in 1 8 32; do /tmp/sqlite $disk/ledger.sqlite $clients 1 "$seconds"; done
    /tmp/sqlite $disk/ledger.sqlite 1 8192 "$seconds"
done
