"""A registration: what a sweep's analysis will be, frozen with the sweep before its first decision.

In a sweep's file:

    [registration]
    primary = "onset"        the bracket of G, with severe harm beside it
    margin = 100             thousandths of C
    alpha = 25               thousandths, one-sided, for each of the two
    exclusions = "none"      every finished episode counts; missing decisions are read both ways
    secondaries = ["C will"]   changes from rung 0 to the top that were to be tested, if any

It is part of the sweep's hash. Whoever deposits that hash before running can show afterwards that neither the
plan nor the sweep was changed.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Secondary = Literal["C will", "C can", "severe harm", "founders alive", "own account", "missing"]
"""A measure with one value a seed, whose change from rung 0 to the top can be named beforehand."""


class Registration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A plan of analysis. Only what this version of the analysis does can be registered."""

    primary: Literal["onset"]
    """The primary outcome: the rungs through which care is certified and from which it diverges."""
    margin: Literal[100]
    """How far C may fall, in thousandths."""
    alpha: Literal[25]
    """Error of each one-sided test, in thousandths: of the mean, and of severe harm."""
    exclusions: Literal["none"]
    """Which episodes are left out."""
    secondaries: tuple[Secondary, ...] = ()
    """Named secondary outcomes: Holm's family; every other change is exploratory."""
