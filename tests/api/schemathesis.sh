#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Lets schemathesis look for differences between the API and its OpenAPI document.
#
#   schemathesis.sh ADDRESS:PORT USER < PASSWORD
#
# ADDRESS:PORT is a daemon's --listen, USER an administrator. What more is given goes to schemathesis.

set -eu

here=$(dirname "$(readlink -f "$0")")
address=$1
user=$2
shift 2

# One environment for each list of versions, made once.
versions=$(sha256sum "$here/requirements.txt" | cut -c 1-16)
environment=${XDG_CACHE_HOME:-$HOME/.cache}/qenex/schemathesis-$versions
if ! [ -x "$environment/bin/schemathesis" ]; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi

# The password goes by a pipe and the token by a variable of the environment, so that neither is in a list of processes.
TOKEN=$(python3 "$here/client.py" token "http://$address" "$user")
export TOKEN API_USER="$user" SCHEMATHESIS_HOOKS=schemathesis_hooks PYTHONPATH="$here" PYTHONDONTWRITEBYTECODE=1
report=$(mktemp -d)
trap 'rm -rf "$report"' EXIT
cd "$report"
# Logging out would end the session that all else needs; events have no end. Both have tests of their own.
"$environment/bin/schemathesis" --config-file "$here/schemathesis.toml" run "http://$address/openapi.json" \
    --exclude-operation-id logOut --exclude-operation-id events "$@"
