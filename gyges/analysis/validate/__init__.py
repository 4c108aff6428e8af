"""Known groups: the instrument held against policies whose truth was planted."""

from gyges.analysis.validate.bars import validate
from gyges.analysis.validate.record import Bar, Validation, as_page

__all__ = ["Bar", "Validation", "as_page", "validate"]
