"""How an error is written down: where it happened and of which kind, never what people wrote."""

import logging
import traceback


class QuietFormatter(logging.Formatter):
    """A formatter whose tracebacks leave out the exception's own text.

    A database repeats the refused row in its error text, and that row may hold somebody's words. The file,
    the line and the kind of error are enough to find the fault.
    """

    def formatException(self, ei) -> str:  # noqa: N802 - the name is logging's
        """The frames and the kinds of `ei` and of what caused it, innermost last."""
        lines: list[str] = []
        problem = ei[1]
        while problem is not None:
            kind = f"{type(problem).__module__}.{type(problem).__qualname__}"
            lines[:0] = [*traceback.format_tb(problem.__traceback__), f"{kind} (its text is left out)\n"]
            problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
        return "".join(lines).rstrip("\n")
