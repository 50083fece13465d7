"""Turns nothing: the sorts of work and the loads, as the study `work` names them."""

from dataclasses import dataclass

STUDY = "work"
IN_FLIGHT = (1, 10, 100)
MANY = 100
UTILISATION = 50
TOKENS = 40  # of AnyIO's default limiter


@dataclass(frozen=True)
class Sort:
    """One sort of work and the two ways to write it: (subject, handler) of each."""

    name: str
    title: str
    upper: tuple[str, str]
    lower: tuple[str, str]

    @property
    def same_work(self) -> bool:
        """Whether both do the same, so that a break-even has a meaning."""
        return self.upper[0] == self.lower[0]


def same(name: str, title: str) -> Sort:
    """Make a sort of which `def` and `async def` do the same work."""
    return Sort(name, title, (name, "def"), (name, "async-def"))


PYTHON = same("python", "pure Python, which holds the GIL")
HASHING = same("hashing", "hashing, which releases the GIL")
BLOCKING = same("blocking", "a blocking wait")
AWAITING = Sort(
    "awaiting",
    "a wait: blocking in `def`, awaited in `async def`",
    ("blocking", "def"),
    ("awaiting", "async-def"),
)
SORTS = (PYTHON, HASHING, BLOCKING, AWAITING)
