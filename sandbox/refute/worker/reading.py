"""What workers may read: the interpreter, the workspace without its secrets, and a few files of the system."""

import fnmatch
import os
import sys
from collections.abc import Iterable, Iterator, Sequence

_SYSTEM = (
    "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime",
    "/etc/mime.types", "/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random", "/sys/devices/system/cpu",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/vm/overcommit_memory", "/proc/filesystems",
    "/System/Library", "/Library/Frameworks", "/usr/share/locale",
)  # fmt: skip
_NETWORK = (
    "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services",
    "/etc/protocols", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs", "/usr/share/ca-certificates",
)  # fmt: skip
SECRET_NAMES = (
    ".env", ".env.*", ".envrc", ".git", ".hg", ".netrc", ".pypirc", ".npmrc", ".git-credentials", ".ssh", ".aws",
    ".azure", ".config", ".docker", ".gnupg", ".kube", ".mozilla", ".password-store", "*.pem", "*.key", "*.p12",
    "*.pfx", "*.kdbx", "id_rsa*", "id_ed25519*", "id_ecdsa*",
)  # fmt: skip
"""Names at the top of a readable folder that workers never read."""


def is_secret(folder: str, name: str) -> bool:
    """Whether an entry of a readable folder holds secrets as a rule. A virtual environment may be called `.env`."""
    if not any(fnmatch.fnmatchcase(name, pattern) for pattern in SECRET_NAMES):
        return False
    return not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))


def system_paths(network: bool = False) -> list[str]:
    """Files and folders that an interpreter and its packages need, resolved, those that exist; with `network`, those
    that names of hosts and certificates are looked up in."""
    home = os.path.realpath(os.path.expanduser("~"))
    found = [sys.base_prefix, sys.prefix, *sys.path, *_SYSTEM, *(_NETWORK if network else ())]
    own = os.path.realpath(os.path.dirname(__file__))
    return [own, *(path for path in _distinct(found) if not _holds_too_much(path, home))]


def readable_paths(folders: Sequence[str]) -> list[str]:
    """The readable folders of a request's workspace, resolved."""
    return [path for path in _distinct(folders) if path != os.sep]


def _distinct(paths: Iterable[str]) -> Iterator[str]:
    real = (os.path.realpath(path) for path in paths if path)
    return (path for path in dict.fromkeys(real) if os.path.exists(path))


def _holds_too_much(path: str, home: str) -> bool:
    """Whether `path` is the root or holds a home folder, as a stray `PYTHONPATH` may make it."""
    return path == os.sep or home == path or home.startswith(path.rstrip(os.sep) + os.sep)


def secrets_at_top(folder: str) -> list[str]:
    """The paths of what is secret at the top of a readable folder."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [os.path.join(folder, name) for name in names if is_secret(folder, name)]


def carved(folder: str) -> Iterator[tuple[str, bool]]:
    """(path, whether only its listing) of what covers `folder` but its secrets.

    Entries are named one by one, so this is done for every run: a file that was saved anew is another file to the
    kernel.
    """
    try:
        names = os.listdir(folder)
    except OSError:  # a file, or gone
        yield folder, False
        return
    secret = {name for name in names if is_secret(folder, name)}
    if not secret:
        yield folder, False
        return
    yield folder, True  # without the listing, the import system takes the folder for empty
    for name in names:
        path = os.path.join(folder, name)
        if name not in secret and not os.path.islink(path):
            yield path, False
