"""The setting `on_battery`: checks that are due wait until the machine is plugged in."""

import asyncio

from refute.server.server import RefuteServer

LOOK_SECONDS = 15.0
"""How often to look, as long as a folder wants to know."""


def register(server: RefuteServer) -> None:
    """Look at the source of power while it matters."""
    power, looking = server.power, asyncio.Event()

    def configured() -> None:
        if any(folder.settings.on_battery == "wait" for folder in server.folders):
            power.look()  # at once: documents are about to be checked
            looking.set()
        else:
            looking.clear()

    async def keep_looking() -> None:
        while True:
            await looking.wait()
            await asyncio.sleep(LOOK_SECONDS)
            if power.look():
                server.pipeline.go_on()
                server.queue_changed()

    server.pipeline.on_configured.append(configured)
    server.on_initialized.append(lambda: server.tasks.start(keep_looking(), "looking at the source of power"))
