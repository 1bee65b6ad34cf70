#!/bin/sh
# Makes the build tree that modules for the stock kernel are built against.
#
# Debian's header packages lack the Rust half (metadata of the kernel crate,
# procedural macros). The kernel's own `modules_prepare` makes it from the
# source in a few minutes, without building a kernel; with Debian's
# configuration and symbol list the result fits Debian's binary kernel.
#
# Runs in the build root: source in /ksrc, packages in /mnt, result in /kdir
# (build tree) and /image (what is booted). Argument: the kernel's release.
set -eu

release=$1
headers=/tmp/headers
dpkg-deb --extract "/mnt/linux-headers-$release.deb" $headers
headers=$headers/usr/src/linux-headers-$release

# The compiler must be the one that built the kernel, or no symbol will match.
wanted=$(sed -n 's/^CONFIG_RUSTC_VERSION_TEXT="\(.*\)"$/\1/p' "$headers/.config")
present=$(rustc --version)
if [ "$wanted" != "$present" ]; then
    echo "$release was built by '$wanted', but the build root has '$present'" >&2
    exit 1
fi

# LOCALVERSION makes the release string, and with it vermagic, Debian's.
cp "$headers/.config" /kdir/.config
version=$(make --no-print-directory -s -C /ksrc kernelversion)
make -C /ksrc O=/kdir CC=gcc-14 CROSS_COMPILE=x86_64-linux-gnu- "LOCALVERSION=${release#"$version"}" \
    -j "$(nproc)" olddefconfig modules_prepare

if [ "$(cat /kdir/include/config/kernel.release)" != "$release" ]; then
    echo "the build tree calls itself $(cat /kdir/include/config/kernel.release), not $release" >&2
    exit 1
fi

# Debian's list of exported symbols. Every Rust symbol that our metadata
# refers to has to be in it, under the same mangled name.
cp "$headers/Module.symvers" /kdir/Module.symvers
sed -n 's/^EXPORT_SYMBOL_RUST_GPL(\(.*\));$/\1/p' /kdir/rust/exports_kernel_generated.h | sort > /tmp/ours
cut -f 2 /kdir/Module.symvers | sort > /tmp/theirs
if [ ! -s /tmp/ours ] || [ -n "$(comm -23 /tmp/ours /tmp/theirs | head -n 1)" ]; then
    echo "the Rust symbols of the build tree are not those of $release:" >&2
    comm -23 /tmp/ours /tmp/theirs | head -n 5 >&2
    exit 1
fi

# What is booted: the image itself, and the drivers that it has as modules.
dpkg-deb --fsys-tarfile "/mnt/linux-binary-$release.deb" |
    tar --extract --to-stdout "./usr/lib/modules/$release/vmlinuz" > /image/vmlinuz
modules=/tmp/modules
dpkg-deb --extract "/mnt/linux-modules-$release.deb" $modules
for name in virtio_blk; do
    found=$(find $modules -name "$name.ko.xz")
    [ -z "$found" ] || xz --decompress --stdout "$found" > "/image/$name.ko"
done
echo "$release" > /image/release
