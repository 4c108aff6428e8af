"""Every secondary measure, in the order in which a report shows them."""

from __future__ import annotations

from gyges.analysis.measures.cheating import CHEATING
from gyges.analysis.measures.claims import CLAIM_MEASURES
from gyges.analysis.measures.costly_help import COSTLY_HELP
from gyges.analysis.measures.demand import DEMAND
from gyges.analysis.measures.displaced import DISPLACED
from gyges.analysis.measures.drift import DRIFT
from gyges.analysis.measures.everyone import EVERYONE
from gyges.analysis.measures.honesty import HONESTY
from gyges.analysis.measures.inoculation import INOCULATION
from gyges.analysis.measures.kin import KIN
from gyges.analysis.measures.measure import Measure
from gyges.analysis.measures.parts import PARTS
from gyges.analysis.measures.power_kept import POWER_KEPT
from gyges.analysis.measures.reach import REACH
from gyges.analysis.measures.siding import SIDING
from gyges.analysis.measures.spread import SPREAD
from gyges.analysis.measures.suspicion import SUSPICION
from gyges.analysis.measures.svo import SVO
from gyges.analysis.measures.swayed import SWAYED
from gyges.analysis.measures.vet import VET
from gyges.analysis.measures.victims import VICTIM_MEASURES
from gyges.analysis.measures.words import WORDS

MEASURES: tuple[Measure, ...] = (
    *VET, DEMAND, *COSTLY_HELP, *POWER_KEPT, *CHEATING, *INOCULATION, *SWAYED, *HONESTY, *VICTIM_MEASURES,
    *CLAIM_MEASURES, *SIDING, KIN, *REACH, *DISPLACED, *WORDS, *SVO, SUSPICION, *DRIFT, *PARTS, *SPREAD,
    *EVERYONE,
)  # fmt: skip
"""Those a scenario makes possible come first, those of every scenario last."""

BY_NAME = {measure.name: measure for measure in MEASURES}
