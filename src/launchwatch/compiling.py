"""The one way in which this house compiles numerical kernels.

`kernel` is Numba's njit: serial, without the interpreter lock, cached on disk. Numba
notices a change in a kernel's own file only, not in a kernel that it calls from another
file, and its default cache lies beside the source, which may be read-only. So the cache
gets a folder named after all kernel sources and the versions of Numba and Python: edit
one kernel and all are compiled anew, upgrade and nothing stale is loaded.

``NUMBA_DISABLE_JIT=1`` runs every kernel interpreted; ``LAUNCHWATCH_CACHE`` moves the
cache. Compiling everything takes about half a minute; `launchwatch warm` does it ahead.
"""

import hashlib
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import config as numba_config

_Function = TypeVar("_Function", bound=Callable[..., Any])


def cache_folder() -> Path:
    """Give the folder for compiled kernels: one for each state of the kernel sources."""
    root = os.environ.get("LAUNCHWATCH_CACHE")
    if root is None:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        root = str(Path(base) / "launchwatch")
    digest = hashlib.sha256(f"{numba.__version__} {platform.python_version()}".encode())
    for source in sorted(Path(__file__).parent.rglob("_kernels*.py")):
        digest.update(source.read_bytes())
    return Path(root) / f"kernels-{digest.hexdigest()[:16]}"


if not os.environ.get("NUMBA_CACHE_DIR"):
    setattr(numba_config, "CACHE_DIR", str(cache_folder()))  # noqa: B010 - untyped module


def kernel(function: _Function) -> _Function:
    """Compile a function of numbers and arrays: no checks, no exceptions, cached.

    Division by zero gives infinity or NaN as in NumPy; the public function beside the
    kernel checks its arguments and raises.
    """
    compile_one: Callable[[_Function], Any] = numba.njit(
        cache=True, nogil=True, error_model="numpy"
    )
    return cast(_Function, compile_one(function))


def lanes(function: _Function) -> _Function:
    """Compile a kernel whose loop runs over bodies side by side: products may fuse with sums.

    Fused, a step costs a tenth less; results differ in the last bit between processors.
    """
    compile_one: Callable[[_Function], Any] = numba.njit(
        cache=True, nogil=True, error_model="numpy", fastmath={"contract"}
    )
    return cast(_Function, compile_one(function))


def inlined(function: _Function) -> _Function:
    """Compile a piece of a `lanes` kernel into its very loop, which else stays scalar."""
    compile_one: Callable[[_Function], Any] = numba.njit(
        cache=True, nogil=True, error_model="numpy", fastmath={"contract"}, forceinline=True
    )
    return cast(_Function, compile_one(function))
