"""How something is written down: one JSON object a line, with where and which kind, never with words or with whom."""

import json
import logging
import os
import re
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Final

# How bad a line is, as systemd's journal reads it at its front and takes it away again (sd-daemon(3)).
FOR_THE_JOURNAL: Final = (
    (logging.CRITICAL, "<2>"),
    (logging.ERROR, "<3>"),
    (logging.WARNING, "<4>"),
    (logging.INFO, "<6>"),
    (logging.NOTSET, "<7>"),
)
# What a message may repeat from a request or a row, and what stands there instead.
LEFT_OUT: Final = (
    (re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE), "<id>"),
    (re.compile(r"[^\s<>\"'@,;]+@[^\s<>\"'@,;]+"), "<address>"),
    (re.compile(r"\?[^\s\"',]+"), "?<left out>"),
)
LIKE_A_NETWORK: Final = re.compile(r"(?<![\w.:])[0-9a-fA-F]*[.:][0-9a-fA-F.:]*[0-9a-fA-F:](?!\w)")


class QuietFormatter(logging.Formatter):
    """A formatter that leaves out whoever and whatever a log has no business to know.

    An exception's own text is left out: a database repeats the refused row there, and that row may hold somebody's
    words. The address of a request stands as its route, `mine/<uuid:record_id>/`. Ids, addresses of mail and networks
    are left out of every message, whichever library wrote it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line: `at`, `level`, `from`, `what`, and where they are known `where`, `status` and `trace`."""
        written: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "what": self._said(record),
        }
        if request := getattr(record, "request", None):
            written["where"] = route_of(request)
        if status := getattr(record, "status_code", None):
            written["status"] = status
        if record.exc_info and record.exc_info[0] is not None:
            written["trace"] = self.formatException(record.exc_info).splitlines()
        return in_front(record.levelno) + json.dumps(written, ensure_ascii=False)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        """The frames and the kinds of `ei` and of what caused it, innermost last."""
        lines: list[str] = []
        problem = ei[1]
        while problem is not None:
            kind = f"{type(problem).__module__}.{type(problem).__qualname__}"
            lines[:0] = [*traceback.format_tb(problem.__traceback__), f"{kind} (its text is left out)\n"]
            problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
        return "".join(lines).rstrip("\n")

    @staticmethod
    def _said(record: logging.LogRecord) -> str:
        said = record.getMessage()
        if request := getattr(record, "request", None):
            said = said.replace(request.get_full_path(), "").replace(request.path, "").rstrip(": ")
        if record.name.startswith("gunicorn"):
            said = said.partition(" request /")[0]  # "Error handling request /mine/...": where is its page's business
        for pattern, instead in LEFT_OUT:
            said = pattern.sub(instead, said)
        return LIKE_A_NETWORK.sub(_without_network, said)


def line_of(name: str, said: str, problem: BaseException) -> str:
    """One line about an error that nobody caught, without its own text."""
    about = (type(problem), problem, problem.__traceback__)
    return QuietFormatter().format(logging.LogRecord(name, logging.CRITICAL, "", 0, said, (), about))


def in_front(level: int) -> str:
    """What stands before a line of this level where stderr is systemd's journal; "" everywhere else.

    Without it every line counts as INFO there, and `journalctl -p warning` shows none.
    """
    journal = os.environ.get("JOURNAL_STREAM")
    if not journal:
        return ""
    try:
        stderr = os.fstat(sys.stderr.fileno())
    except (AttributeError, OSError, ValueError):  # it is closed, or no file
        return ""
    if journal != f"{stderr.st_dev}:{stderr.st_ino}":  # a shell that the journal started, and another stream since
        return ""
    return next(sign for least, sign in FOR_THE_JOURNAL if level >= least)


def _without_network(found: re.Match[str]) -> str:
    for network in (found.group(), found.group().rpartition(":")[0]):  # perhaps with a port
        with suppress(ValueError):
            ip_address(network)
            return "<network>"
    return found.group()


def route_of(request: Any) -> str:
    """The address of a request as its pattern is written; "" where none was found."""
    found = getattr(request, "resolver_match", None)
    return str(found.route) if found else ""
