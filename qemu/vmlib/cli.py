"""The subcommands of ./qemu/vm."""

import argparse
import math
import os
import signal
import sys
import time
from pathlib import Path

from . import buildroot, cache, editor, guest, kernel, module, run
from .errors import Failure
from .paths import artefacts, cache_dir
from .progress import clock, say

DESCRIPTION = """\
Build root, stock kernel and virtual machine for QENEX.

Nothing has to be prepared by hand: each subcommand first makes what it needs
(about 6 minutes the first time) and keeps it in ~/.cache/qenex."""

STATUSES = f"""\
exit status of run and shell:
  the command's own (128 + number if a signal ended it), except
  {run.KERNEL_TROUBLE}  the guest's kernel reported WARNING, BUG, Oops, a lock or memory error
  {run.GUEST_DIED}  the guest's kernel panicked, or the machine stopped too early
  {run.NOT_READY}  the guest could not be set up (module refused, folder or disk unusable)
  {run.TIMED_OUT}  the time limit was reached
In these cases the last line on stderr begins with `vm: FAILED:`.

examples:
  ./qemu/vm run -- uname -r
  ./qemu/vm run --share target/debug -- ./my-test --all
  ./qemu/vm run --disk /tmp/data.img --timeout 60 -- sh -c 'dmesg | grep QENEX'"""


def main(argv: list[str]) -> int:
    signal.signal(signal.SIGTERM, _terminated)
    signal.signal(signal.SIGHUP, _terminated)
    options, words = _split(argv)
    arguments = _parser().parse_args(options)
    arguments.words = words
    try:
        return arguments.handler(arguments)
    except Failure as failure:
        say(f"vm: {failure}")
        return failure.status
    except KeyboardInterrupt:
        say("vm: interrupted")
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # Whoever read our output has gone; say nothing more on exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE


def _terminated(number: int, _) -> None:
    raise SystemExit(128 + number)


def _split(argv: list[str]) -> tuple[list[str], list[str] | None]:
    """Our own options, and the words after `--`, which are never interpreted."""
    if "--" not in argv:
        return argv, None
    at = argv.index("--")
    return argv[:at], argv[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="qemu/vm", description=DESCRIPTION, formatter_class=raw)
    subcommands = parser.add_subparsers(required=True, metavar="SUBCOMMAND")

    def add(name: str, handler, help_: str, **more) -> argparse.ArgumentParser:
        added = subcommands.add_parser(name, help=help_, description=help_, formatter_class=raw, **more)
        added.set_defaults(handler=handler)
        return added

    add("prepare", _prepare, "make everything that is cached: build root, kernel tree, guest image")
    add("kdir", _kdir, "print the path of the kernel build tree")
    build = add(
        "build",
        _build,
        "build the module; KDIR=… in the environment: against that kernel tree",
        usage="qemu/vm build [--sanitizer [--kunit]] [-- MAKE ARGUMENT…]",
    )
    build.add_argument("--sanitizer", action="store_true", help="for the kernel with sanitizers")
    build.add_argument("--kunit", action="store_true", help="with the tests that run inside the kernel, which needs KUnit for it")
    add("rust-analyzer", _rust_analyzer, "write kmod/rust-project.json for editors")
    inside = add(
        "root",
        _root,
        "run a command inside the build root, the repository at /src, the kernel's packages at /mnt",
        usage="qemu/vm root [--with LIST] -- COMMAND…",
    )
    inside.add_argument("--with", dest="extra", default="", metavar="LIST", help="and the packages of packages/LIST")
    machine = (
        ("run", _run, "boot, run a command inside, power off", "-- COMMAND…"),
        ("shell", _shell, "boot and give a prompt (or run a command on this terminal)", "[-- COMMAND…]"),
    )
    for name, handler, help_, words in machine:
        added = add(name, handler, help_, usage=f"qemu/vm {name} [OPTION…] {words}", epilog=STATUSES)
        _add_machine_options(added)
    add("status", _status, "show what is cached and whether it is in order")
    clean = add("clean", _clean, "remove cached products that are no longer used")
    clean.add_argument("--all", action="store_true", help="remove everything that is cached")
    return parser


_SHARE_HELP = "show DIR, writable, as /share; the command starts there with DIR/bin on its PATH (without: /share is empty)"
_DISK_HELP = (
    "data disk at /var/lib/qenex: a raw ext4 image, made with 1 GiB if it does not exist; the ledger is then closed until "
    "qenexd opens it, without a disk it is open at once and volatile"
)
_SANITIZER_HELP = "use the kernel with sanitizers, and the module built for it (made at first use: about 25 minutes)"
_KUNIT_HELP = "use the module with its own tests, which run when it is loaded; their results are in the kernel's log"
_SYSTEMD_HELP = "a bare Debian 13 that systemd starts; the module is not loaded"
_ICOUNT_HELP = "one processor whose clock counts instructions: repeatable measurements"


def _add_machine_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--share", type=Path, metavar="DIR", help=_SHARE_HELP)
    add("--disk", type=Path, metavar="IMG", help=_DISK_HELP)
    add("--no-module", action="store_true", help="do not load the module")
    add("--module", type=Path, metavar="FILE", help="load this module instead of the one built in kmod/")
    add("--param", action="append", default=[], metavar="NAME=VALUE", help="parameter of the module; may be repeated")
    add("--sanitizer", action="store_true", help=_SANITIZER_HELP)
    add("--kunit", action="store_true", help=_KUNIT_HELP)
    add("--systemd", action="store_true", help=_SYSTEMD_HELP)
    add("--with", dest="extra", default="", metavar="LIST", help="and the packages of packages/LIST")
    add("--cpus", type=int, default=2, metavar="N", help="number of processors (2)")
    add("--memory", default="2G", metavar="SIZE", help="memory, such as 512M or 4G (2G)")
    add("--timeout", type=float, metavar="S", help="stop after S seconds, start included (run: 600, shell: none; 0: none)")
    add("--log", type=Path, metavar="FILE", help="where to keep the console log (target/vm/console.log)")
    add("--icount", action="store_true", help=_ICOUNT_HELP)
    add("--plugin", metavar="FILE[,NAME=VALUE]", help="a plugin of the emulator, such as a profiler")
    add("--verbose", action="store_true", help="tell when the guest is ready and when it is off")


def _prepare(arguments) -> int:
    began = time.monotonic()
    steps = (
        lambda number: buildroot.product(number),
        lambda number: kernel.packages(number),
        lambda number: kernel.source(number),
        lambda number: kernel.tree(number=number),
        lambda number: guest.image(number),
    )
    for count, step in enumerate(steps, start=1):
        number = f"[{count}/{len(steps)}] "
        product = step(number)
        if cache.problem(product) is None:
            say(f"{number}{product.name}: cached")
        cache.ensure(product)
    used = kernel.choice()
    say(f"ready: kernel {used.release} ({clock(time.monotonic() - began)})")
    return 0


def _kdir(arguments) -> int:
    kernel.choice()
    print(cache.ensure(kernel.tree()) / "kdir")
    return 0


def _build(arguments) -> int:
    return module.build([*_with_tests(arguments), *(arguments.words or [])], kernel.flavour(arguments.sanitizer, arguments.kunit))


def _with_tests(arguments) -> list[str]:
    """Arguments of make that build the tests in, if they are wanted."""
    if arguments.kunit and not arguments.sanitizer:
        raise Failure("--kunit needs --sanitizer: the stock kernel has no KUnit", 2)
    return ["QENEX_KUNIT=1"] if arguments.kunit else []


def _rust_analyzer(arguments) -> int:
    kernel.choice()
    return editor.write_project()


def _root(arguments) -> int:
    if not arguments.words:
        raise Failure("root: no command; write it after `--`, as in ./qemu/vm root -- rustc --version", 2)
    return module.in_root(arguments.words, extra=arguments.extra)


def _run(arguments) -> int:
    if not arguments.words:
        raise Failure("run: no command; write it after `--`, as in ./qemu/vm run -- uname -r", 2)
    return run.run(_request(arguments, interactive=False))


def _shell(arguments) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failure("shell: this is not a terminal; use `run` in scripts", 2)
    say("starting the virtual machine (Ctrl-] three times ends it whatever happens)")
    return run.run(_request(arguments, interactive=True))


def _request(arguments, interactive: bool) -> run.Request:
    timeout = arguments.timeout
    if timeout is None:
        timeout = 0 if interactive else 600
    if not (timeout >= 0 and math.isfinite(timeout)):
        raise Failure("--timeout: not a number of seconds", 2)
    if not 1 <= arguments.cpus <= 255:
        raise Failure("--cpus: must be from 1 to 255", 2)
    if arguments.share and not arguments.share.is_dir():
        raise Failure(f"--share: {arguments.share} is not a directory", 2)
    return run.Request(
        command=arguments.words or ["bash", "-l"],
        module=_module(arguments),
        parameters=_parameters(arguments),
        share=arguments.share.resolve() if arguments.share else None,
        disk=arguments.disk.resolve() if arguments.disk else None,
        log=arguments.log or artefacts() / "console.log",
        cpus=arguments.cpus,
        memory=arguments.memory,
        timeout=timeout or None,
        icount=arguments.icount,
        plugin=arguments.plugin,
        sanitizer=arguments.sanitizer,
        kunit=arguments.kunit,
        systemd=arguments.systemd,
        extra=arguments.extra,
        interactive=interactive,
        verbose=arguments.verbose,
    )


def _parameters(arguments) -> list[str]:
    """The module's parameters. Without a disk there is nothing to keep the ledger in: it is open without a daemon."""
    named = {parameter.split("=")[0] for parameter in arguments.param}
    is_ours = not (arguments.no_module or arguments.systemd) and (arguments.module is None or arguments.module.name == module.built().name)
    if is_ours and not arguments.disk and "volatile" not in named:
        return ["volatile=1", *arguments.param]
    return arguments.param


def _module(arguments) -> Path | None:
    if arguments.no_module or arguments.systemd:
        if arguments.module or arguments.param:
            raise Failure("--no-module and --systemd exclude --module and --param", 2)
        return None
    options = _with_tests(arguments)
    flavour = kernel.flavour(arguments.sanitizer, arguments.kunit)
    chosen = arguments.module or module.built(flavour)
    if arguments.module is None and not chosen.exists():
        say("the module has not been built yet: building it")
        if module.build(options, flavour) != 0:
            raise Failure("the module could not be built")
    if not chosen.is_file():
        raise Failure(f"--module: {chosen} does not exist", 2)
    return chosen


def _status(arguments) -> int:
    say(f"cache: {cache_dir()}")
    bad = 0
    for product in _products():
        reason = cache.problem(product)
        bad += reason is not None
        print(f"{product.path.name}: {reason or 'in order'}")
    return 1 if bad else 0


def _clean(arguments) -> int:
    cache.clean(_products(), everything=arguments.all)
    return 0


def _products():
    usual = (buildroot.product(), kernel.packages(), kernel.source(), kernel.tree(), guest.image())
    # Only who has used them has these.
    optional = (kernel.SANITIZER.root(), kernel.tree(kernel.SANITIZER), guest.image(systemd=True), guest.image(extra="peers"))
    return (*usual, *(product for product in optional if product.path.exists()))
