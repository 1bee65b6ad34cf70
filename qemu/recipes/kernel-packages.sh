#!/bin/sh
# Fetches the packages of the pinned kernel, or of the newest supported one.
#
# Runs in the build root. Arguments: series, release, version of the pinned
# kernel; flavour; then the series that may stand in for it.
# In /mnt: `source` (an apt source line) and `sha256sums` are given;
# the .deb files and `choice` (series, release, version, pinned|fallback) are made.
set -eu

series=$1 release=$2 version=$3 flavour=$4
shift 4

# apt with all of its state in /mnt, as the build root is read-only.
mkdir -p /mnt/apt/lists/partial /mnt/apt/archives/partial
cat > /mnt/apt/conf <<CONF
Dir::Etc::sourcelist "/mnt/source";
Dir::Etc::sourceparts "-";
Dir::State::lists "/mnt/apt/lists";
Dir::Cache "/mnt/apt";
APT::Sandbox::User "root";
Acquire::Retries "3";
CONF
export APT_CONFIG=/mnt/apt/conf

packages_of() { # series release
    echo "linux-source-$1 linux-headers-$2 linux-binary-$2 linux-modules-$2"
}

offered() { # series release version
    for package in $(packages_of "$1" "$2"); do
        apt-cache madison "$package" | grep -qF "| $3 |" || return 1
    done
}

newest() { # series -> "release version" of its newest complete kernel
    apt-cache pkgnames "linux-binary-$1." | grep -x "linux-binary-$1\.[0-9]*+deb13-$flavour" |
        sed 's/^linux-binary-//' | sort -rV |
        while read -r candidate; do
            candidate_version=$(apt-cache madison "linux-headers-$candidate" | head -n 1 | cut -d '|' -f 2 | tr -d ' ')
            if offered "$1" "$candidate" "$candidate_version"; then
                echo "$candidate $candidate_version"
                break
            fi
        done
}

apt-get update --error-on=any
kind=pinned
if ! offered "$series" "$release" "$version"; then
    kind=fallback
    found=
    for series in "$@"; do
        found=$(newest "$series")
        [ -z "$found" ] || break
    done
    if [ -z "$found" ]; then
        echo "the archive offers no kernel of the supported series: $*" >&2
        exit 1
    fi
    release=${found% *} version=${found#* }
fi

cd /mnt
for package in $(packages_of "$series" "$release"); do
    apt-get download "$package=$version"
    mv "${package}_"*.deb "$package.deb"
done
if [ $kind = pinned ]; then
    sha256sum --check sha256sums
fi
rm -r /mnt/apt
echo "$series $release $version $kind" > choice
