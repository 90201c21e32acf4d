"""The loop of `refute watch`: check, wait for files to change, check what they touch."""

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from refute.checker.interface import Checking
from refute.checker.settings import Settings
from refute.checker.watching import NAMES, watch
from refute.cli.checking import Listener, Output, Run, check_targets
from refute.cli.opening import Notices, OpenChecker, opened
from refute.cli.sources import SourceError, read
from refute.cli.wording import some
from refute.cli.workspaces import Target, TargetError, find_targets, shown


class Rechecking:
    """Checks what `arguments` name, again and again, with a fresh output for each round."""

    def __init__(
        self,
        arguments: Sequence[str],
        workspace: Path,
        *,
        fix: bool,
        read_settings: Callable[[], Settings],
        make_output: Callable[[], Output],
        listener: Listener,
    ) -> None:
        self._arguments = arguments
        self._workspace = workspace
        self._fix = fix
        self._read_settings = read_settings
        self._make_output = make_output
        self._listener = listener
        self._judged: dict[Path, frozenset[str]] = {}
        self._changed: frozenset[Path] = frozenset()
        self._change = asyncio.Event()

    async def forever(self, opener: OpenChecker) -> None:
        """Go on until cancelled. Where the settings change, everything is checked again with the new ones."""
        while True:
            settings = self._read_settings()
            notices = Notices(self._listener.tell)
            loop = asyncio.get_running_loop()
            watcher = watch(self._workspace, settings.exclude, self._hear, notices, loop)
            try:
                async with opened(opener, self._workspace, settings, notices) as checker:
                    await self._while_settings_stand(checker)
            finally:
                watcher.stop()

    def _hear(self, changed: frozenset[Path]) -> None:
        self._changed |= changed
        self._change.set()

    async def _while_settings_stand(self, checker: Checking) -> None:
        todo = self._targets(checker.settings)
        while True:
            unfinished = await self._check_until_change(checker, todo)
            await self._change.wait()
            changed, self._changed = self._changed, frozenset()
            self._change.clear()
            if any(path.name == "pyproject.toml" for path in changed) and self._read_settings() != checker.settings:
                return
            todo = tuple(dict.fromkeys((*filter(_is_there, unfinished), *self._touched(checker, changed))))
            if todo:
                names = [shown(path, Path.cwd()) for path in sorted(changed)]
                self._listener.tell("info", f"changed: {some(names)}")

    async def _check_until_change(self, checker: Checking, todo: tuple[Target, ...]) -> tuple[Target, ...]:
        """Check `todo`, and return it where a change came before the end. What was judged until then is remembered."""
        if not todo:
            return ()
        checking = asyncio.create_task(self._check(checker, todo))
        change = asyncio.create_task(self._change.wait())
        try:
            await asyncio.wait({checking, change}, return_when=asyncio.FIRST_COMPLETED)
            if checking.done():
                await checking
                return ()
            return todo
        finally:
            for task in (checking, change):
                task.cancel()
            await asyncio.gather(checking, change, return_exceptions=True)

    async def _check(self, checker: Checking, todo: Sequence[Target]) -> None:
        run, output = Run(), self._make_output()
        try:
            await check_targets(checker, run, todo, fix=self._fix, output=output, listener=self._listener)
        except TargetError as error:
            self._listener.tell("error", str(error))
        for target in todo:
            self._judged[target.path] = frozenset(
                done.report.unit.qualname
                for done in run.done
                if done.source.path == target.path and done.report.verdict in ("violated", "holds")
            )
        with self._listener.hidden():
            output.end(run)

    def _targets(self, settings: Settings) -> tuple[Target, ...]:
        """What there is to check now; what is named and not there at the moment is told."""
        targets: list[Target] = []
        for argument in self._arguments:
            try:
                targets += find_targets([argument], self._workspace, settings.exclude)
            except TargetError as error:
                self._listener.tell("error", str(error))
        return tuple(dict.fromkeys(targets))

    def _touched(self, checker: Checking, changed: frozenset[Path]) -> tuple[Target, ...]:
        """The targets that changed themselves, and those that use what changed."""
        targets = self._targets(checker.settings)
        if any(path.name in NAMES for path in changed):
            return targets
        modules = frozenset(path.parent.name if path.stem == "__init__" else path.stem for path in changed)
        return tuple(
            target
            for target in targets
            if any(target.path.is_relative_to(path) for path in changed) or self._is_stale(checker, target, modules)
        )

    def _is_stale(self, checker: Checking, target: Target, modules: frozenset[str]) -> bool:
        """Whether functions of `target`, which mentions one of `modules`, were judged and are not remembered now."""
        judged = self._judged.get(target.path)
        if not judged:
            return False
        try:
            source = read(target.path, target.path.name)
        except SourceError:
            return True
        if not any(module in source.text for module in modules):
            return False
        remembered = {report.unit.qualname for report in checker.analyse(source.snapshot).reports}
        return not judged <= remembered


def _is_there(target: Target) -> bool:
    """Whether the file was not deleted."""
    return os.path.lexists(target.path)
