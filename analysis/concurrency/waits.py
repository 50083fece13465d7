"""Turns the rows of `breakdown` into shares: where the time of a `def` request goes."""

from dataclasses import dataclass

from analysis.concurrency.measured import REQUEST, estimated, numbers_of, row
from analysis.contrasts import plus, share_of, total
from analysis.estimate import Estimate
from analysis.rows import Rows

SUBJECT = "breakdown"
ARRIVING = "arriving"
TOKEN = "token"
WORKER = "worker"
RUNNING = "running"
BACK = "back"

# In the order in which a request meets them.
WORDS = {
    ARRIVING: "arriving",
    TOKEN: "waiting for a token",
    WORKER: "waiting for a worker",
    RUNNING: "running",
    BACK: "coming back",
}
MEANINGS = {
    ARRIVING: "from send until it asks for a token; its turn of the loop, and FastAPI's way there",
    TOKEN: "until it has one, at least a turn of the loop",
    WORKER: "until the handler begins in a thread",
    RUNNING: "the handler itself",
    BACK: "until the client has the answer; the way to the loop, its turn there, and FastAPI's way",
}
NEEDED = (TOKEN, WORKER, RUNNING, BACK)


@dataclass(frozen=True)
class Part:
    """One of the stretches of a request: its mean in seconds, and its share of all stretches."""

    name: str
    time: Estimate
    share: Estimate

    @property
    def words(self) -> str:
        """What the request does meanwhile."""
        return WORDS[self.name]


@dataclass(frozen=True)
class Waits:
    """A mean `def` request with so many in flight, from send to answer; seconds."""

    placement: str
    in_flight: int
    request: Estimate | None
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part | None:
        """Find a part; None if it was not measured."""
        return next((part for part in self.parts if part.name == name), None)

    @property
    def largest(self) -> Part:
        """The part that takes longest."""
        return max(self.parts, key=lambda part: part.time.value)


def waits(rows: Rows, placement: str) -> tuple[Waits, ...]:
    """Divide a request at every load at which it was measured whole; ascending."""
    loads = numbers_of(rows, "in_flight", (SUBJECT,), placement)

    return tuple(filter(None, (divided(rows, placement, n) for n in loads)))


def divided(rows: Rows, placement: str, in_flight: int) -> Waits | None:
    """Divide a request at one load; None unless it was measured whole."""
    found = {name: row(rows, SUBJECT, placement, name, in_flight=in_flight) for name in WORDS}
    contrasts = {name: plus(one) for name, one in found.items() if one is not None}
    if not contrasts.keys() >= set(NEEDED):
        return None

    whole = total(*contrasts.values())
    parts = []
    for name, contrast in contrasts.items():
        time = estimated(rows, SUBJECT, placement, name, in_flight=in_flight)
        share = share_of(contrast, whole)
        if time is None or share is None:
            return None
        parts.append(Part(name, time, share))

    request = estimated(rows, SUBJECT, placement, REQUEST, in_flight=in_flight)

    return Waits(placement, in_flight, request, tuple(parts))
