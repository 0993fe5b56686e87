"""The door for gunicorn: `gunicorn trustapp.wsgi`."""

import logging
import os
import sys

from django.core.wsgi import get_wsgi_application

from trustapp.env import WrongSetting
from trustapp.logs import in_front
from trustapp.utf8 import only_utf8

BOOT_FAILED = 3  # as gunicorn says it: a worker that ends with this is not started again

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustapp.settings")

try:
    application = only_utf8(get_wsgi_application())
    from trustapp import start  # needs the settings

    start.look()
except WrongSetting as problem:
    sys.stderr.write(f"{in_front(logging.ERROR)}Cannot start: {problem}\n")
    sys.exit(BOOT_FAILED)
