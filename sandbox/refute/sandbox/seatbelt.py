"""macOS: the Seatbelt profile of a worker for one request, as `sandbox-exec` reads it (pure).

Never tried on macOS. The last rule that matches counts, so what is secret comes last.
"""

from collections.abc import Iterable, Sequence

EXECUTABLE = "/usr/bin/sandbox-exec"
_HEAD = """\
(version 1)
(deny default)
(allow process-info* (target self))
(allow signal (target self))
(allow sysctl-read)
(allow file-read-metadata)
(allow file-read* (literal "/"))
(allow file-read* file-write-data (literal "/dev/null"))
(allow file-read* (literal "/dev/random") (literal "/dev/urandom") (literal "/dev/zero"))
"""
_SYSTEM = ("/usr/lib", "/System/Library", "/Library/Frameworks", "/usr/share", "/private/var/db/timezone")


def profile(
    executables: Iterable[str],
    readable: Iterable[str],
    secrets: Sequence[str],
    writable: Iterable[str],
    *,
    network: bool,
) -> str:
    """The profile of a process that is one of `executables` (or below one of these folders), reads below `readable` but
    for `secrets`, and writes below `writable`; with `network`, it may connect."""
    lines = [
        f"(allow process-exec {_paths(executables)})",
        f"(allow file-read* {_paths((*_SYSTEM, *readable))})",
        f"(allow file-read* file-write* {_paths(writable)})",
    ]
    if network:
        lines += ["(allow network-outbound (remote ip))", '(allow mach-lookup (global-name "com.apple.dnssd.service"))']
    if secrets:
        lines.append(f"(deny file-read* {_paths(secrets)})")
    return _HEAD + "\n".join(lines) + "\n"


def _paths(paths: Iterable[str]) -> str:
    return " ".join(f"(subpath {_quoted(path)})" for path in dict.fromkeys(paths))


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
