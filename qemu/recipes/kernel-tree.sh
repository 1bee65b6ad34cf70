#!/bin/sh
# Makes the build tree that modules for the stock kernel are built against, and
# what is booted.
#
# Runs in the build root: source in /ksrc, packages in /mnt, kmod's
# kernel-tree.sh and the result in /kdir, what is booted in /image.
# Argument: the kernel's release.
set -eu

release=$1
headers=/tmp/headers
dpkg-deb --extract "/mnt/linux-headers-$release.deb" $headers
mv /kdir/kernel-tree.sh /tmp
sh /tmp/kernel-tree.sh "$release" /ksrc "$headers/usr/src/linux-headers-$release" /kdir

# The image itself, and the drivers that it has as modules.
dpkg-deb --fsys-tarfile "/mnt/linux-binary-$release.deb" |
    tar --extract --to-stdout "./usr/lib/modules/$release/vmlinuz" > /image/vmlinuz
modules=/tmp/modules
dpkg-deb --extract "/mnt/linux-modules-$release.deb" $modules
for name in virtio_blk; do
    found=$(find $modules -name "$name.ko.xz")
    [ -z "$found" ] || xz --decompress --stdout "$found" > "/image/$name.ko"
done
echo "$release" > /image/release
