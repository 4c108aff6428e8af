"""Compiled kernels say what their Python source says, and are never stale."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import gyges

SCRIPT = """
import json
import numpy as np
from gyges.world.engine import World
from gyges.world.ladder import LADDER
np.seterr(over="ignore")  # hashes wrap around, which NumPy's scalars warn of and compiled code does not
seen = []
worlds = [World([11, 12], rung=rung, people=9) for rung in LADDER]
worlds.append(World([11, 12], scenario="conclave", rung=LADDER[1], people=9))
for world in worlds:
    for turn in range(5):
        world.open()
        for decision in range(world.decisions):
            menu = world.offer(decision)
            seen.append(menu.candidates.tolist())
            seen.append(world.accounts.tolist())
            if turn == 2 and decision == 0:
                seen += [part.tolist() for part in world.foresee(menu, 3, 2)]
            world.take(menu, np.array([(5 * turn + decision) % menu.drawn, (turn + 3) % (menu.drawn + 4)]))
        world.close()
        seen.append([str(digest) for digest in world.digest()])
        seen.append(world.welfare().tolist())
print(json.dumps(seen))
"""

AS_FOUNDED = """
import json
from gyges.world.engine import World
print(json.dumps(World([11], people=9).welfare().tolist()))
"""


def played(folder: Path, script: str = SCRIPT, **environment: str) -> list[object]:
    """What the script sees with the package found in `folder`."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return list(json.loads(done.stdout))


PACKAGE = Path(gyges.__file__).parent


def test_compiled_kernels_equal_their_python_source() -> None:
    assert played(PACKAGE.parent) == played(PACKAGE.parent, NUMBA_DISABLE_JIT="1")


def test_an_edited_world_is_never_run_with_a_stale_kernel(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "gyges", ignore=shutil.ignore_patterns("__pycache__"))
    cache = str(tmp_path / "cache")
    before = played(tmp_path, AS_FOUNDED, GYGES_CACHE=cache)
    imported = tmp_path / "gyges" / "world" / "rules.py"  # by what welfare is reckoned with
    text, last = imported.read_text(), ">> 40) - (1 << 20)"
    assert text.count(last) == 1
    imported.write_text(text.replace(last, f"{last} + 1"))
    after = played(tmp_path, AS_FOUNDED, GYGES_CACHE=cache)
    assert after != before
    assert after == played(tmp_path, AS_FOUNDED, NUMBA_DISABLE_JIT="1")
    imported.write_text(text)
    assert played(tmp_path, AS_FOUNDED, GYGES_CACHE=cache) == before
