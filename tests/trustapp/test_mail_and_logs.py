"""Development mail is readable by people and tests; logs never hold what somebody wrote."""

import logging
import sys

from django.core.mail import send_mail

from trustapp.logs import QuietFormatter

CANARY = "words that nobody else may read"


def test_development_mail_is_shown_and_kept_as_one_file_each(mail_folder, capsys):
    send_mail("A code", "Your code is ABCD", "place@example.org", ["one@example.org"])
    send_mail("A code", "Your code is EFGH", "place@example.org", ["two@example.org"])
    first, second = sorted(mail_folder.iterdir())
    assert "ABCD" in first.read_text() and "To: one@example.org" in first.read_text()
    assert "EFGH" in second.read_text()
    assert "EFGH" in capsys.readouterr().out


def test_a_logged_error_tells_where_and_which_kind_but_not_its_text():
    try:
        try:
            {}[CANARY]
        except KeyError as cause:
            raise ValueError(CANARY) from cause
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "It broke", (), sys.exc_info())
    written = QuietFormatter().format(record)
    assert CANARY not in written
    assert "builtins.ValueError" in written and "builtins.KeyError" in written
    assert __file__ in written
