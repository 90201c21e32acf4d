"""A real editor that is not VS Code, without any plugin."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "neovim" / "quickfix.lua"
FAKE_SERVER = Path(__file__).parents[1] / "server" / "fake_server.py"


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_neovim_shows_a_violation_and_applies_its_fix(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text('def twice(x: int) -> int:\n    """Says what it should."""\n    return wrong\n')
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
        "SERVER": json.dumps([sys.executable, str(FAKE_SERVER)]),
        "FILE": str(file),
        "FIXED": "    return right",
    }
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {SCRIPT}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
