"""What was erased, and what is being exported."""

from privacy.models.erasures import Erasure
from privacy.models.exports import Export

__all__ = ["Erasure", "Export"]
