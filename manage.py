#!/usr/bin/env python
"""Django's commands. `make run`, `make test` and `make check` call the usual ones."""

import logging
import os
import sys

from django.core.management import execute_from_command_line

from trustapp.env import WrongSetting
from trustapp.logs import in_front, line_of


def main() -> None:
    """Run the command; a wrong setting ends it with one sentence instead of a traceback.

    In systemd's journal an error that nobody caught is one line like any other: its text may repeat a row.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustapp.settings")
    try:
        execute_from_command_line(sys.argv)
    except WrongSetting as problem:
        sys.exit(f"{in_front(logging.ERROR)}Cannot start: {problem}")
    except Exception as problem:
        if not in_front(logging.CRITICAL):
            raise
        sys.exit(line_of("manage", f"manage.py {' '.join(sys.argv[1:2])} broke.", problem))


if __name__ == "__main__":
    main()
