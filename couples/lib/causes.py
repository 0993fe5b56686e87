"""An error together with what led to it."""

from collections.abc import Iterator


def causes_of(problem: BaseException | None) -> Iterator[BaseException]:
    """This error, then what caused it, or was under way when it came, as far back as is known."""
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__
