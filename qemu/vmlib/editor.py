"""rust-project.json for the module, so that rust-analyzer understands kmod/.

Kbuild writes one for the kernel's own crates. Ours are added here, because it
does not know that objects of a module can depend on each other, and the paths
are those of the build root, which an editor on the host sees elsewhere.
"""

import json

from . import buildroot, cache, kernel, module
from .errors import Failure
from .paths import KDIR, KSRC, REPO, SRC

# Our crates, each after those it needs: name, root and what it depends on.
CRATES = (
    ("qenex_abi", "qenex-abi/src/lib.rs", ("core", "zerocopy", "zerocopy_derive")),
    ("qenex_ledger", "kmod/ledger/src/lib.rs", ("core", "kernel", "zerocopy", "zerocopy_derive", "qenex_abi")),
    (
        "main",
        "kmod/src/main.rs",
        ("core", "kernel", "macros", "pin_init", "zerocopy", "zerocopy_derive", "qenex_abi", "qenex_ledger"),
    ),
)
PROJECT = REPO / "kmod/rust-project.json"


def write_project() -> int:
    """Write kmod/rust-project.json; 0, or make's exit status."""
    make = ["make", "--silent", "-C", KDIR, f"M={SRC}/kmod", f"MO={SRC}/{module.OUTPUT}", "CC=gcc-14"]
    if status := module.in_root([*make, "rust-analyzer"], cwd=SRC):
        return status
    written = REPO / module.OUTPUT / "rust-project.json"
    outside = {
        KSRC: cache.ensure(kernel.source()) / "ksrc",
        KDIR: cache.ensure(kernel.tree()) / "kdir",
        "/usr": cache.ensure(buildroot.product()) / "root/usr",
    }
    project = with_host_paths(json.loads(written.read_text()), {key: str(path) for key, path in outside.items()})
    add_crates(project["crates"])
    PROJECT.write_text(json.dumps(project, indent=1))
    print(f"{PROJECT.relative_to(REPO)} written; in the editor, open kmod/ as a folder of its own")
    return 0


def with_host_paths(value, outside: dict[str, str]):
    """The same with every path of the build root replaced by where the host sees it."""
    if isinstance(value, dict):
        return {key: with_host_paths(item, outside) for key, item in value.items()}
    if isinstance(value, list):
        return [with_host_paths(item, outside) for item in value]
    if isinstance(value, str):
        for inside, path in outside.items():
            if value == inside or value.startswith(inside + "/"):
                return path + value.removeprefix(inside)
    return value


def add_crates(crates: list[dict]) -> None:
    """Append our crates to those of the kernel."""
    places = {crate["display_name"]: place for place, crate in enumerate(crates)}
    if "kernel" not in places:
        raise Failure("the kernel's build wrote a rust-project.json without the crate `kernel`")
    like_kernel = crates[places["kernel"]]
    for name, root, needs in CRATES:
        places[name] = len(crates)
        crates.append(
            {
                "display_name": name,
                "root_module": str(REPO / root),
                "edition": "2021",
                "deps": [{"crate": places[need], "name": need} for need in needs],
                "cfg": [*like_kernel["cfg"], "MODULE"],
                "env": {**like_kernel["env"], "RUST_MODFILE": "This is only for rust-analyzer"},
                "is_workspace_member": True,
            }
        )
