"""The page on environments runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "environments.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


@pytest.mark.parametrize("block", range(3))
def test_every_block_runs(block: int) -> None:
    assert len(BLOCKS) == 3
    exec(compile(BLOCKS[block], str(PAGE), "exec"), {})


def test_every_argument_stands_on_the_page() -> None:
    from gyges.world.envs import REWARDS, Setting

    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in (*Setting.__dataclass_fields__, *REWARDS))
