# Settles the root file system of the guest that systemd starts, after its packages are installed.
# A customize hook of mmdebstrap: shell code, "$1" is the root.

set -e
mkdir -p "$1/share"
echo qenex > "$1/etc/hostname"
printf '127.0.0.1 localhost qenex\n::1 localhost\n' > "$1/etc/hosts"
: > "$1/etc/machine-id"
# Nobody logs in here, and there is no network to wait for.
for unit in getty@tty1.service serial-getty@ttyS0.service systemd-networkd-wait-online.service systemd-timesyncd.service; do
    chroot "$1" systemctl mask "$unit"
done
