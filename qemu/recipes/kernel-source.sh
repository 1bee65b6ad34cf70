#!/bin/sh
# Unpacks the kernel's source into /ksrc. Runs in the build root, with the
# packages in /mnt. Argument: the series.
set -eu

echo "unpacking linux-source-$1"
dpkg-deb --fsys-tarfile "/mnt/linux-source-$1.deb" |
    tar --extract --to-stdout "./usr/src/linux-source-$1.tar.xz" |
    tar --extract --xz --directory=/ksrc --strip-components=1 --no-same-owner
