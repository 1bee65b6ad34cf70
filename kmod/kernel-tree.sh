#!/bin/sh
# SPDX-License-Identifier: MIT
#
#	kernel-tree.sh RELEASE SOURCE HEADERS TREE
#
# Makes the tree that modules for one of Debian's kernels are built against.
#
# Debian's header packages lack the Rust half (metadata of the kernel crate,
# procedural macros). The kernel's own `modules_prepare` makes it from the
# source in a few minutes, without building a kernel; with Debian's
# configuration and symbol list the result fits Debian's binary kernel.
#
# SOURCE is an unpacked linux-source of the same version, HEADERS the folder of
# the package linux-headers-RELEASE; TREE is a new or empty folder.
set -eu

release=$1 source=$2 headers=$3 tree=$4

# The compiler must be the one that built the kernel, or no symbol will match.
wanted=$(sed -n 's/^CONFIG_RUSTC_VERSION_TEXT="\(.*\)"$/\1/p' "$headers/.config")
present=$(rustc --version)
if [ "$wanted" != "$present" ]; then
    echo "$release was built by '$wanted', but here is '$present'" >&2
    exit 1
fi

# LOCALVERSION makes the release string, and with it vermagic, Debian's.
mkdir -p "$tree"
cp "$headers/.config" "$tree/.config"
version=$(make --no-print-directory -s -C "$source" kernelversion)
make -C "$source" O="$tree" CC=gcc-14 CROSS_COMPILE=x86_64-linux-gnu- "LOCALVERSION=${release#"$version"}" \
    -j "$(nproc)" olddefconfig modules_prepare

if [ "$(cat "$tree/include/config/kernel.release")" != "$release" ]; then
    echo "the source is of $(cat "$tree/include/config/kernel.release"), not of $release" >&2
    exit 1
fi

# Debian's list of exported symbols. Every Rust symbol that our metadata
# refers to has to be in it, under the same mangled name.
cp "$headers/Module.symvers" "$tree/Module.symvers"
ours=$(mktemp) theirs=$(mktemp)
sed -n 's/^EXPORT_SYMBOL_RUST_GPL(\(.*\));$/\1/p' "$tree/rust/exports_kernel_generated.h" | sort > "$ours"
cut -f 2 "$tree/Module.symvers" | sort > "$theirs"
if [ ! -s "$ours" ] || [ -n "$(comm -23 "$ours" "$theirs" | head -n 1)" ]; then
    echo "the Rust symbols of the tree are not those of $release:" >&2
    comm -23 "$ours" "$theirs" | head -n 5 >&2
    exit 1
fi
rm "$ours" "$theirs"
