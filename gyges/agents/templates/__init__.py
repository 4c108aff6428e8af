"""Writing a policy to start from, and a test of it. The texts are the files beside this one."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent
KINDS = ("rule", "model", "batched")
NAME = re.compile(r"[a-z][a-z0-9_]*")

FIRST_LABEL = """import re, sys; print(re.findall(r"^([A-Z]{2}): ", sys.stdin.read(), re.M)[0])"""
"""A model that a test can count on: it names the label shown first."""

MODEL_SETTINGS = f"""
MODEL = shlex.join([sys.executable, "-c", {FIRST_LABEL!r}])
NAME += "?" + urlencode({{"command": MODEL}})"""
MODEL_IMPORTS = "import shlex\nimport sys\nfrom urllib.parse import urlencode\n"


class BadName(ValueError):
    """A name that no policy can be written under."""


def write(name: str, kind: str, folder: Path) -> tuple[Path, Path]:
    """Write NAME.py with a class of that name, and test_NAME.py; give both paths.

    Args:
        name: lower-case letters, digits and underscores.
        kind: one of `KINDS`.
        folder: where to.

    Raises:
        BadName: the name is no such name, or one of the files is there already.
    """
    if not NAME.fullmatch(name):
        raise BadName(f"'{name}' cannot be a policy's name; use a-z, 0-9 and _, as in gentle_hand")
    paths = folder / f"{name}.py", folder / f"test_{name}.py"
    for path in paths:
        if path.exists():
            raise BadName(f"{path} is there already; choose another name")
    values = {"name": name, "Class": class_name(name), "imports": "", "settings": ""}
    if kind == "model":
        values |= {"imports": MODEL_IMPORTS, "settings": MODEL_SETTINGS}
    for path, template in zip(paths, (kind, "test"), strict=True):
        text = (FOLDER / f"{template}.txt").read_text(encoding="utf-8")
        path.write_text(Template(text).substitute(values), encoding="utf-8")
    return paths


def class_name(name: str) -> str:
    """The class of a policy's name.

    >>> class_name("gentle_hand")
    'GentleHand'
    """
    return "".join(part.capitalize() for part in name.split("_"))
