"""What the operating system itself refuses a worker, and saying honestly what that is."""

import contextlib
import fcntl
import os
import platform
import resource
import sys

from .limits import apply_limits
from .linux import landlock, seccomp
from .linux.libc import drop_privileges, forbid_new_privileges
from .policy import Start
from .reading import carved, readable_paths, system_paths

LAYERS = ("landlock", "seccomp", "limits", "audit", "namespaces")
_FIRST_DESCRIPTOR = 100
_LISTING = landlock.READ_DIR


class Confinement:
    """The layers in force for the workers of one zygote.

    `enforced` holds what was tried out and is refused, `missing` what is not and why, `descriptors` what workers
    need to keep open until they are confined, `in_namespaces` whether this process is in namespaces of its own,
    `readable` the folders below which files may be read.
    """

    def __init__(self, start: Start, *, in_namespaces: bool = False, missing: tuple[str, ...] = ()) -> None:
        self._start = start
        self._layers = _layers_of(start)
        self._system: list[tuple[int, int]] = []
        self.enforced: frozenset[str] = frozenset()
        self.readable = (*system_paths(start.network), *readable_paths(start.readable), "/proc")
        self.missing = missing
        self.in_namespaces = in_namespaces

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What a worker keeps open until it is confined."""
        return tuple(descriptor for descriptor, _ in self._system)

    def has(self, layer: str) -> bool:
        """Whether a layer is in force."""
        return layer in self._layers

    def confine_zygote(self) -> None:
        """Confine this process and all that it forks: before anything of a third party is imported."""
        self._note_what_is_missing()
        if not self._layers:
            return
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
            score.write("1000")
        if self.has("landlock") or self.has("seccomp"):
            drop_privileges()
        if self.has("landlock"):
            self._open_system()
            rules = landlock.Ruleset(connecting=self._start.network)
            for descriptor, rights in self._system:
                rules.allow_opened(descriptor, rights)
            for folder in readable_paths(self._start.readable):
                rules.allow(folder, landlock.READ)
            rules.allow("/proc", landlock.READ)
            rules.allow("/dev/null", landlock.WRITE_FILE)
            rules.allow(self._start.root, rules.writing)
            if self._start.cache:
                rules.allow(self._start.cache, rules.writing)
            rules.apply()
        if self.has("seccomp"):
            seccomp.install(seccomp.program(seccomp.zygote_policy(network=self._start.network), platform.machine()))

    def confine_worker(self, folder: str) -> None:
        """Confine this process for good, to writing in `folder`. The order matters: seccomp would refuse the rest."""
        if self.has("landlock"):
            rules = landlock.Ruleset(connecting=self._start.network)
            for descriptor, rights in self._system:
                rules.allow_opened(descriptor, rights)
            for root in readable_paths(self._start.readable):
                for path, only_listing in carved(root):
                    rules.allow(path, _LISTING if only_listing else landlock.READ)
            rules.allow("/proc/self/", landlock.READ)
            rules.allow("/dev/null", landlock.WRITE_FILE)
            rules.allow(folder, rules.writing)
            rules.apply()
        for descriptor, _ in self._system:
            os.close(descriptor)
        if self.has("limits"):
            apply_limits(self._start.limits)
        if self.has("seccomp"):
            forbid_new_privileges()
            metadata: seccomp.Metadata = "allow" if self.in_namespaces else "fake"
            policy = seccomp.worker_policy(os.getpid(), metadata, network=self._start.network)
            seccomp.install(seccomp.program(policy, platform.machine()))

    def _open_system(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < hard:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
        for path in system_paths(self._start.network):
            with contextlib.suppress(OSError):
                opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
                # out of the way of the low numbers that workers give to their pipes
                self._system.append((fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, _FIRST_DESCRIPTOR), landlock.READ))
                os.close(opened)

    def _note_what_is_missing(self) -> None:
        if self._start.mode == "off":
            self.missing += ("everything: the sandbox is off",)
        elif sys.platform != "linux":
            self.missing += ("memory: this system does not bound it",)
        else:
            if not landlock.version():
                self.missing += ("files: this kernel has no Landlock",)
            if platform.machine() not in ("x86_64", "aarch64"):
                self.missing += (f"system calls: no filter for {platform.machine()}",)


def wants(start: Start, layer: str) -> bool:
    """Whether a layer is wanted and this system may have it."""
    return layer in _layers_of(start)


def _layers_of(start: Start) -> frozenset[str]:
    """The layers that are wanted and that this system has."""
    if start.mode == "off":
        return frozenset()
    wanted = set(LAYERS if start.layers is None else start.layers)
    if sys.platform != "linux":
        return frozenset(wanted & {"limits", "audit"})
    if not landlock.version():
        wanted.discard("landlock")
    if platform.machine() not in ("x86_64", "aarch64"):
        wanted.discard("seccomp")
    return frozenset(wanted)
