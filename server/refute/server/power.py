"""Whether the machine runs on its battery."""

from collections.abc import Callable

import psutil


def runs_on_battery() -> bool:
    """Whether this machine has a battery and is not plugged in; False where that is not known."""
    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, RuntimeError):  # systems without that knowledge, and odd batteries
        return False
    return battery is not None and battery.power_plugged is False


class Power:
    """The source of power as it was when it was last looked at."""

    def __init__(self, read: Callable[[], bool] = runs_on_battery) -> None:
        self.read = read
        self.on_battery = False

    def look(self) -> bool:
        """Look again; returns whether it changed."""
        before, self.on_battery = self.on_battery, self.read()
        return before is not self.on_battery
