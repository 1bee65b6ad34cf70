#!/bin/sh
# Builds the kernel with sanitizers, and the tree that modules for it are built
# against, from the source of the stock kernel.
#
# Runs in the build root with clang: source in /ksrc, result in /kdir (build
# tree, with fragment.config in it) and /image (what is booted).
set -eu

# The version suffix keeps its modules apart from the stock kernel's.
build() {
    make -C /ksrc O=/kdir LLVM=-19 LOCALVERSION=-sanitizer KBUILD_BUILD_TIMESTAMP=@0 -j "$(nproc)" "$@"
}

cd /kdir
build KCONFIG_ALLCONFIG=/kdir/fragment.config allnoconfig
missing=$(grep -E '^(CONFIG_|# CONFIG_.* is not set)' fragment.config | grep -vxFf .config || true)
if [ -n "$missing" ]; then
    echo "these lines of the configuration have no effect:" >&2
    echo "$missing" >&2
    exit 1
fi
build bzImage modules

cp arch/x86/boot/bzImage /image/vmlinuz
cp include/config/kernel.release /image/release

# Modules need headers, metadata and tools; the rest is only big.
find . -name '*.o' -not -path './scripts/*' -not -path './tools/*' -delete
find . -name '*.a' -delete
rm -f vmlinux vmlinux.* .tmp_vmlinux* arch/x86/boot/compressed/vmlinux*
