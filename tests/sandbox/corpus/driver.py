"""Runs every snippet of the corpus under one set of layers, as an ordinary user, and prints the harm each one did.

`python driver.py FOLDER LAYERS [NAME...]` prints a JSON object: snippet -> {"harm": [...], "said": "..."}.
LAYERS is a list joined with "+", or "none", "base" or "full".
"""

import asyncio
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from refute.sandbox.pool import Limits, Workers
from refute.worker.folders import remove_folder
from refute.worker.protocol import Check, Inputs, ModuleSource, Outcome, RunRequest

CORPUS = Path(__file__).parent
SETS = {
    "none": (),
    "base": ("landlock", "seccomp", "limits"),
    "full": ("landlock", "seccomp", "limits", "namespaces"),
}
SECRET = "SECRET-CANARY"
PROLOGUE = "import os,sys,time,ctypes,socket,shutil,signal,threading,struct,re,json\n"
PATIENCE = 30.0
COUNTS = {"FORKED ": 0, "THREADS ": 300, "GOT ": 128}


@dataclass(frozen=True)
class Snippet:
    """`harm` is what shows with the layers off, `residual` what each set of layers does not stop."""

    name: str
    source: str
    harm: str
    residual: dict[str, str] = field(default_factory=dict[str, str])
    seconds: float = 20.0


def snippets() -> list[Snippet]:
    """The corpus, from its text files."""
    found: list[Snippet] = []
    for path in sorted(CORPUS.glob("*.txt")):
        for chunk in path.read_text("utf-8").split("# --- ")[1:]:
            name, _, body = chunk.partition("\n")
            notes: dict[str, str] = {}
            while body.startswith("# "):
                line, _, body = body.partition("\n")
                key, _, value = line[2:].partition(": ")
                notes[key] = value.strip()
            seconds = float(notes.pop("seconds", Snippet.seconds))
            found.append(Snippet(name.strip(), body, notes.pop("harm"), notes, seconds))
    return found


class Listeners:
    """Sockets of every kind, and how often each was reached."""

    def __init__(self, folder: Path) -> None:
        self.reached: dict[str, int] = dict.fromkeys(("tcp", "udp", "unix", "abstract", "datagram"), 0)
        self.abstract = f"refute-corpus-{os.getpid()}-{folder.name}"
        tcp = self._open("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        udp = self._open("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._open("unix", socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "s"))
        self._open("abstract", socket.AF_UNIX, socket.SOCK_STREAM, "\0" + self.abstract)
        self._open("datagram", socket.AF_UNIX, socket.SOCK_DGRAM, str(folder / "dg"))
        self.ports = tcp.getsockname()[1], udp.getsockname()[1]

    def _open(self, name: str, family: int, kind: int, address: Any) -> socket.socket:
        listener = socket.socket(family, kind)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        threading.Thread(target=self._count, args=(name, listener), daemon=True).start()
        return listener

    def _count(self, name: str, listener: socket.socket) -> None:
        while True:
            if listener.type == socket.SOCK_STREAM:
                listener.accept()[0].close()
            else:
                listener.recv(10)
            self.reached[name] += 1


class Arena:
    """What a snippet may attack: files, secrets, sockets and a process of its own."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.workspace = root / "home" / "project"
        self.folder = self.workspace / name
        self.data = self.folder / "data"
        self.data.mkdir(parents=True)
        (self.data / "a").write_text("canary")
        self.module = self.folder / "target.py"
        self.listeners = Listeners(self.folder)
        self.victim = subprocess.Popen(["/bin/sleep", "300"], env={"FAKE_TOKEN": SECRET})
        self.processors = os.sched_getaffinity(self.victim.pid)

    def constants(self) -> dict[str, object]:
        """What snippets know as `C`."""
        tcp, udp = self.listeners.ports
        return {
            "root": str(self.folder), "home": str(self.root / "home"), "ws": str(self.folder), "data": str(self.data),
            "secret": str(self.workspace / ".env"), "tcp": tcp, "udp": udp, "unix": str(self.folder / "s"),
            "abs": self.listeners.abstract, "dgram": str(self.folder / "dg"), "driver": os.getpid(),
            "victim": self.victim.pid,
        }  # fmt: skip

    def harm(self) -> set[str]:
        """What was done to it."""
        done = {f"reached {name}" for name, count in self.listeners.reached.items() if count}
        try:
            if stat.S_IMODE(self.data.stat().st_mode) != 0o755:
                done.add("mode changed")
                self.data.chmod(0o755)
            kept = self.data / "a"
            if kept.read_text() != "canary" or kept.stat().st_mtime < 10 or os.listxattr(kept):
                done.add("data changed")
        except OSError:
            done.add("data lost")
        if not self.module.exists() or not self.module.stat().st_size:
            done.add("source lost")
        written = ("__pycache__/x.pyc", ".git/hooks/pre-commit", "pipe", "beside", "data.sqlite")
        done |= {f"wrote {Path(path).name}" for path in written if (self.folder / path).exists()}
        return done | self._harm_of_victim()

    def _harm_of_victim(self) -> set[str]:
        if self.victim.poll() is not None:
            return {"victim died"}
        done: set[str] = set()
        if os.getpriority(os.PRIO_PROCESS, self.victim.pid) > os.getpriority(os.PRIO_PROCESS, 0):
            done.add("victim reniced")
        if os.sched_getaffinity(self.victim.pid) != self.processors:
            done.add("victim pinned")
        return done

    def close(self) -> None:
        """End the victim."""
        self.victim.kill()
        self.victim.wait()


def said(outcome: Outcome) -> str:
    """All that a worker let out."""
    shown = outcome.counterexample
    parts = [outcome.detail] if shown is None else [outcome.detail, shown.result, shown.exception]
    return " ".join(part for part in parts if part)


def harm_in(outcome: Outcome, snippet: Snippet) -> set[str]:
    """The harm that shows in an answer."""
    text = said(outcome)
    done: set[str] = set()
    if SECRET in text:
        done.add("secret leaked")
    if outcome.status == "held" and outcome.examples_run == 31337:
        done.add("verdict forged")
    for word, harm in (("EVIL", "own memory"), ("SIZE ", "size visible"), ("'.ssh'", "names visible")):
        if word in text:
            done.add(harm)
    if snippet.name == "read_cmdlines" and "driver.py" in text:
        done.add("names visible")
    if snippet.harm == "succeeded" and ("DONE" in text or "PWNED" in text):
        done.add("succeeded")
    for word, allowed in COUNTS.items():
        if word in text and int("0" + "".join(c for c in text.split(word)[1].split("'")[0] if c.isdigit())) > allowed:
            done.add("many")
    return done


async def attack(workers: Workers, root: Path, snippet: Snippet, turn: str) -> dict[str, object]:
    """Run one snippet; the harm it did, and what its worker said."""
    arena = Arena(root, snippet.name + turn)
    for entry in (".git/hooks", "__pycache__"):
        (arena.folder / entry).mkdir(parents=True)
    source = f"{PROLOGUE}C={arena.constants()!r}\n{snippet.source}"
    arena.module.write_text(source)
    once = (("x", "0"),)
    request = RunRequest(
        ModuleSource(str(arena.module), "target", source, (str(arena.folder),)),
        "f",
        Inputs((("x", "just(0)"),), max_examples=1),
        (Check("c0", "result == 'never'", example=once), Check("c1", "error is None", example=once)),
        call_seconds=snippet.seconds * 2 / 3,
        seconds=snippet.seconds,
    )
    began = time.monotonic()
    outcomes = await workers.run(request)
    took = time.monotonic() - began
    harm = arena.harm().union(*(harm_in(outcome, snippet) for outcome in outcomes))
    if took > snippet.seconds + PATIENCE:
        harm.add(f"slow ({took:.1f} s)")
    clean = RunRequest(
        ModuleSource(str(arena.folder / "ok.py"), "ok", "def f(x): return x\n"),
        "f", Inputs((("x", "integers()"),), max_examples=20), (Check("c", "result == x"),),
        call_seconds=10.0, seconds=30.0,
    )  # fmt: skip
    (after,) = await workers.run(clean)
    if (after.status, after.examples_run) != ("held", 20):
        harm.add(f"next run poisoned ({after.status} {after.detail})")
    arena.close()
    return {
        "took": round(time.monotonic() - began, 1),
        "harm": sorted(harm),
        "said": "; ".join(f"{o.status} {said(o)}" for o in outcomes)[:400],
    }


async def main(root: Path, layers: str, names: list[str]) -> dict[str, dict[str, object]]:
    """The report of all snippets, or of those with these names."""
    workspace = root / "home" / "project"
    for folder in (workspace / ".git" / "hooks", root / "home" / ".ssh"):
        folder.mkdir(parents=True)
    for path in ("home/.ssh/id_rsa", "home/project/.env", "home/project/.git/config"):
        (root / path).write_text(SECRET + "\n")
    (root / "home" / ".bashrc").write_text("ok")
    os.environ["FAKE_TOKEN"] = SECRET
    chosen = SETS[layers] if layers in SETS else tuple(layers.split("+"))
    report: dict[str, dict[str, object]] = {}
    turns = asyncio.Semaphore(4)
    packages = tuple(entry for entry in sys.path if "packages" in entry)
    limits = Limits(file_bytes=64 << 20, folder_bytes=128 << 20)
    async with await Workers.start(
        Path(sys.executable), workspace, mode="best-effort", layers=chosen, limits=limits, jobs=4, search_path=packages
    ) as workers:

        async def one(snippet: Snippet, turn: str = "") -> None:
            async with turns:
                report[snippet.name] = await attack(workers, root, snippet, turn)

        chosen_snippets = [snippet for snippet in snippets() if not names or snippet.name in names]
        await asyncio.gather(*(one(snippet) for snippet in chosen_snippets))
        for snippet in chosen_snippets:  # with the layers off, some take the zygote of the others down
            if "supervisor" in f"{report[snippet.name]}":
                await one(snippet, "-again")
        if (root / "home" / ".bashrc").read_text() != "ok":
            report["bashrc"]["harm"] = [*report["bashrc"]["harm"], "wrote .bashrc"]  # type: ignore[misc]
        report[""] = {"harm": [], "said": " ".join(sorted(workers.enforced)) + "; " + "; ".join(workers.missing)}
    remove_folder(str(root))
    return report


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])), indent=1))
