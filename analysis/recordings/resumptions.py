"""Turns a thread's frames into resumptions: coroutines that are entered again after a suspension.

A coroutine that awaits is left together with all coroutines that await it. When the loop resumes
it, each of them is entered again, from the outermost to the innermost, before any new call.
"""

from collections import Counter
from collections.abc import Iterator

from analysis.recordings.chains import TASK_STEP
from analysis.recordings.packages import packages
from analysis.recordings.rows import Track


def resumptions(track: Track) -> Counter[str]:
    """Count resumptions by package, of a request with one hop.

    With more hops, callbacks that do the same for each hop would pass for resumptions.
    """
    names = list(packages(track))
    steps = [index for index, frame in enumerate(track.frames) if frame.function == TASK_STEP]
    known: set[tuple[str, ...]] = set()
    found: Counter[str] = Counter()
    for step in steps:
        paths = paths_below(track, step)
        for index in first_calls(track, step):
            if paths[index] not in known:
                break

            found[names[index]] += 1

        known.update(paths.values())

    return found


def first_calls(track: Track, step: int) -> Iterator[int]:
    """Go down from a task's step: its first call, the first call of that, and so on."""
    for index in range(step + 1, len(track.frames)):
        if track.frames[index].parent != index - 1:
            return

        yield index


def paths_below(track: Track, step: int) -> dict[int, tuple[str, ...]]:
    """Name the way from a task's step to each frame below it."""
    paths: dict[int, tuple[str, ...]] = {step: ()}
    for index in range(step + 1, len(track.frames)):
        frame = track.frames[index]
        if frame.parent not in paths:
            break

        paths[index] = (*paths[frame.parent], frame.function)

    del paths[step]

    return paths
