"""The emulator's command line.

QEMU and the server of the shared folder are those of the build root, run in
place with the root's own libraries: no privilege is needed, and folders are
used with the caller's own rights.
"""

from dataclasses import dataclass
from pathlib import Path

from . import enter

# What the kernel is told. The console is kept complete: it is what remains
# of a run that went wrong. A panic ends the machine at once.
KERNEL_ARGUMENTS = "console=ttyS0 panic=-1 no_timer_check tsc=reliable random.trust_cpu=on"


@dataclass(frozen=True)
class Machine:
    """One virtual machine. Sockets are given as numbers of inherited descriptors."""

    root: Path  # the build root
    kernel: Path
    initramfs: Path
    accelerator: tuple[str, ...]
    console: int
    cpus: int = 2
    memory: str = "2G"
    image: Path | None = None  # root disk; writes go to a throw-away layer
    disk: Path | None = None  # data disk
    share_socket: Path | None = None  # of the server of the shared folder
    channels: tuple[tuple[str, int], ...] = ()  # name and descriptor
    terminal: int | None = None
    plugin: str | None = None  # of the emulator, with its arguments
    extra_kernel_arguments: str = ""

    def command(self) -> list[str]:
        return enter.without_entering(
            self.root,
            "usr/bin/qemu-system-x86_64",
            *("-L", f"{self.root}/usr/share/qemu", "-L", f"{self.root}/usr/share/seabios"),
            *("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"),
            *("-machine", "pc,memory-backend=memory,vmport=off,hpet=off", *self.accelerator),
            *("-smp", str(self.cpus), "-m", self.memory),
            *("-object", f"memory-backend-memfd,id=memory,size={self.memory},share=on"),
            *("-kernel", str(self.kernel), "-initrd", str(self.initramfs)),
            *("-append", f"{KERNEL_ARGUMENTS} {self.extra_kernel_arguments}".strip()),
            *(("-plugin", self.plugin) if self.plugin else ()),
            *("-chardev", f"socket,id=console,fd={self.console}", "-serial", "chardev:console"),
            *self._disks(),
            *self._share(),
            *self._channels(),
        )

    def _disks(self):
        # The order decides the names in the guest: vda, vdb.
        if self.image:
            yield from ("-drive", f"if=none,id=root,format=raw,snapshot=on,file={_escaped(self.image)}")
            yield from ("-device", "virtio-blk-pci,drive=root")
        if self.disk:
            # Writes reach the image file when the guest flushes, as with a real
            # disk: killing QEMU is then a fair simulation of a power cut.
            yield from ("-drive", f"if=none,id=data,format=raw,cache=writeback,file={_escaped(self.disk)}")
            yield from ("-device", "virtio-blk-pci,drive=data")

    def _share(self):
        if self.share_socket:
            yield from ("-chardev", f"socket,id=share,path={_escaped(self.share_socket)}")
            yield from ("-device", "vhost-user-fs-pci,chardev=share,tag=share")

    def _channels(self):
        if not self.channels and self.terminal is None:
            return
        yield from ("-device", "virtio-serial-pci")
        if self.terminal is not None:
            yield from ("-chardev", f"socket,id=terminal,fd={self.terminal}")
            yield from ("-device", "virtconsole,chardev=terminal")
        for number, (name, descriptor) in enumerate(self.channels, start=1):
            yield from ("-chardev", f"socket,id={name},fd={descriptor}")
            yield from ("-device", f"virtserialport,chardev={name},name=vm.{name},nr={number}")


def share_server(root: Path, directory: Path, listener: int) -> list[str]:
    """The command that serves a folder of the host to the guest."""
    return enter.without_entering(
        root,
        "usr/libexec/virtiofsd",
        *("--shared-dir", str(directory), "--fd", str(listener)),
        *("--sandbox", "none", "--log-level", "error"),
    )


def make_disk(root: Path, path: Path, size: str = "1G") -> list[str]:
    """The command that makes an empty ext4 disk image; what is not used takes no space."""
    options = ("-q", "-F", "-t", "ext4", "-L", "qenex-data")
    return enter.without_entering(root, "usr/sbin/mke2fs", *options, str(path), size)


def _escaped(path: Path) -> str:
    """A path as a value in one of QEMU's comma-separated options."""
    return str(path).replace(",", ",,")
