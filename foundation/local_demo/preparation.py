"""Whether the demo's own database still needs `migrate` and `seed_demo`.

They would find nothing to do, but take half of the time of a start to find that out.
"""

from collections.abc import Iterator
from pathlib import Path

from foundation.install.stamps import Stamp

PROJECT = Path(__file__).resolve().parents[2]


def preparation_of(cluster: Path) -> Stamp:
    """Put into the cluster itself: whoever throws the data away throws it away, too."""
    return Stamp.of(cluster / "prepared-from", sources())


def sources() -> Iterator[Path]:
    """The migrations, ours and those of the locked packages, and all that the demo's content is made from."""
    yield PROJECT / "requirements.txt"
    for folder in (*PROJECT.glob("*/migrations"), PROJECT / "demo"):
        yield from (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
