# Settles the guest's root file system after its packages are installed.
# A customize hook of mmdebstrap: shell code, "$1" is the root.

set -e
chroot "$1" groupadd --system qenex
chroot "$1" useradd --uid 1000 --create-home --shell /bin/bash customer
chroot "$1" useradd --uid 1001 --create-home --shell /bin/bash --gid operator --groups qenex operator
mkdir -p "$1/share" "$1/var/lib/qenex"
echo qenex > "$1/etc/hostname"
printf '127.0.0.1 localhost qenex\n::1 localhost\n' > "$1/etc/hosts"
echo "PS1='\\[\\e[1m\\]qenex-vm\\[\\e[0m\\]:\\w\\\$ '" >> "$1/root/.bashrc"
