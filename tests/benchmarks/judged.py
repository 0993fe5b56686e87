"""What was over its budget in this run."""

import statistics
from collections.abc import Callable
from typing import Final

ROOM: Final = 1.15  # a ratio moves by so much from run to run, on a busy machine
wrong: list[str] = []


def judge(what: str, value: int, limit: int) -> str:
    """A size or a count beside what it may be at most."""
    if value > limit:
        wrong.append(f"{what}: {value:,} is over {limit:,}")
    return f"{value:,} of {limit:,}"


def judge_ratio(what: str, measure: Callable[[], float], limit: float) -> str:
    """A ratio beside its budget; measured once more where it is over, and told as wrong where it is so again."""
    found = measure()
    if found > limit * ROOM:
        found = min(found, measure())
        if found > limit * ROOM:
            wrong.append(f"{what}: {found:.2f} x is over {limit:.2f} x")
    return f"{found:.2f} x of {limit:.2f} x"


def interleaved(one: Callable[[], float], other: Callable[[], float], rounds: int = 7) -> float:
    """The median of `one` divided by `other`, measured in turns, so that both meet the same noise."""
    return statistics.median(one() / other() for _ in range(rounds))
