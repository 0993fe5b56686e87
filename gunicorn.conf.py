"""How gunicorn serves this place, unless its command line says otherwise: `gunicorn trustapp.wsgi` reads this file.

It listens on 127.0.0.1:8000, or on every address at `PORT` where that is set. SIGHUP starts workers with new code and
lets the old ones finish; what cannot start ends the whole server, so try it first: `python -c "import trustapp.wsgi"`.
"""

import os
import sys
from pathlib import Path
from typing import Any

workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# An answer that waits so as not to tell who is known (couples/lib/constant_time.py) holds one thread only.
threads = 4
timeout = 60  # for a worker that does not stir at all; a slow page is none
graceful_timeout = 30  # what is being answered when a worker is told to go
keepalive = 75  # longer than the proxy in front keeps a connection, so that it is never closed under a press
max_requests = 20_000  # a worker starts afresh now and then
max_requests_jitter = 2_000
control_socket_disable = True  # nothing here needs one, and two places of one user would share it
accesslog = None  # a line for each request would tell who was here, and when
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": "trustapp.logs.QuietFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}


def when_ready(server: Any) -> None:
    """Tell counts and durations at METRICS_PORT, where that is set: beside the pages, and as far as they are told."""
    port = os.environ.get("METRICS_PORT", "0")
    if port.isdigit() and int(port):
        state = Path(os.environ.get("STATE_FOLDER") or "var")
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(state / "metrics")  # workers inherit what is imported now
        from trustapp import metrics_port

        backups = Path(os.environ.get("BACKUP_FOLDER") or state / "backups")
        metrics_port.tell(state, backups, "0.0.0.0" if os.environ.get("PORT") else "127.0.0.1", int(port))


def post_fork(server: Any, worker: Any) -> None:
    """Let a worker read the code of this place anew, all of it.

    The server has read some for its own lines in the log and hands it on; after an update that is the code of before,
    and a worker that finds half of each cannot start.
    """
    for name in list(sys.modules):
        if name.partition(".")[0] in ("trustapp", "couples"):
            del sys.modules[name]
