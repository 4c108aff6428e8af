"""The page of measures: all that are built, each once, with what each says and when it misleads."""

from __future__ import annotations

import re
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import gyges
from gyges.analysis.measures.catalogue import BY_NAME

PAGE = (Path(gyges.__file__).parent.parent / "docs" / "measures.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
NOT_MEASURES = {"Registered and exploratory", "How many seeds", "Validation", "Figures from elsewhere"}


def test_no_section_stands_twice() -> None:
    headings = re.findall(r"^#+ (.+)$", re.sub(r"(?m)^    .*$", "", PAGE), re.MULTILINE)
    assert [heading for heading, times in Counter(headings).items() if times > 1] == []
    files = re.findall(r"^## .*\(`(\w+\.py)`", PAGE, re.MULTILINE)
    assert len(files) == len(set(files))


def test_every_section_of_a_measure_says_when_it_misleads() -> None:
    silent = [
        heading
        for heading, text in SECTIONS.items()
        if heading.split(" (")[0] not in NOT_MEASURES and "mislead" not in text
    ]
    assert silent == []


def test_every_measure_of_the_catalogue_has_one_row_or_section_with_its_equation() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if re.match(r"\| `[\w*`, ]+\(`", line)]
    assert all(len(cells) == 4 and all(cell.strip("| ") for cell in cells) for cells in rows)
    patterns = [pattern for cells in rows for pattern in re.findall(r"`([\w*]+)`", cells[0].split("(")[0])]
    for name in BY_NAME:
        told = [pattern for pattern in patterns if fnmatch(name, pattern)]
        assert len(told) == (0 if name.startswith("siding") else 1), name
        assert told or f"`{name}`" in PAGE
