"""Build root, stock kernel and virtual machine for QENEX: the parts behind ./qemu/vm.

From the bottom up:

    errors      the exception that becomes a message to the user
    paths       where things are, on the host and inside the build root
    processes   children that must not outlive us
    progress    what the user sees while long steps run
    host        what the host machine must have, and the package mirror it uses
    enter       running commands inside the build root
    cache       products that are made once and checked on every use
    buildroot   the Debian root with compilers and the emulator
    pin         which kernel, read from kernel.pin
    kernel      kernel packages, source, build tree (KDIR) and bootable image
    module      building kmod/ against it
    cpio        the archive format of an initramfs
    guest       root file system and initramfs of the virtual machine
    qemu        the emulator's command line
    accel       KVM when it has been seen to work, else emulation
    console     the kernel log and the lines in it that mean failure
    streams     the command's output on its way to the caller's
    terminal    the caller's terminal, lent to the guest
    run         one boot from start to power-off
    cli         the subcommands

What is made, and how, is in ../recipes and ../packages; what runs inside the
virtual machine is in ../guest.
"""
