"""Development mail is readable by people and tests; logs never hold what somebody wrote, nor who they are."""

import json
import logging
import os
import sys
from typing import Any
from uuid import UUID

import pytest
from django.core.mail import send_mail
from django.test import RequestFactory
from django.urls import resolve

import manage
from trustapp.logs import QuietFormatter, in_front

CANARY = "words that nobody else may read"
SOMEBODY = UUID("0b6fa1de-8d8f-4a54-9e0c-5a3d6f2f0001")


def written(message: str, *args: Any, name: str = "x", exc_info: Any = None, **besides: Any) -> dict[str, Any]:
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, exc_info)
    record.__dict__.update(besides)
    line = QuietFormatter().format(record)
    assert "\n" not in line
    return json.loads(line)


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
        found = written("It broke", exc_info=sys.exc_info())
    assert CANARY not in str(found)
    trace = "\n".join(found["trace"])
    assert "builtins.ValueError" in trace and "builtins.KeyError" in trace
    assert __file__ in trace
    assert (found["level"], found["from"], found["what"]) == ("ERROR", "x", "It broke")


def test_a_request_that_broke_is_written_down_by_its_route():
    request = RequestFactory().get(f"/mine/{SOMEBODY}/", {"token": "abc"})
    request.resolver_match = resolve(request.path)
    found = written("%s: %s", "Internal Server Error", request.path, request=request, status_code=500)
    assert found["what"] == "Internal Server Error"
    assert found["where"] == "mine/<uuid:record_id>/" and found["status"] == 500
    assert str(SOMEBODY) not in str(found)


@pytest.mark.parametrize(
    "repeated",
    [
        str(SOMEBODY),
        SOMEBODY.hex,
        str(SOMEBODY).upper(),
        "ada@example.org",
        "<ada+codes@sub.example.org>",
        "198.51.100.7",
        "2001:db8::7",
        "::1",
        "198.51.100.7:50412",
        "[2001:db8::7]:443",
        "/mine/?token=abc",
    ],
)
def test_whichever_library_writes_it_no_id_address_or_network_is_in_a_line(repeated):
    found = written("Something about %s, and more", repeated)
    assert repeated.strip("<>[]").removeprefix("/mine/") not in str(found)
    assert found["what"].startswith("Something about ") and found["what"].endswith(", and more")


def test_what_a_line_is_about_stays():
    for said in ("manage.py send_due ended with 1; it is tried again.", "at 10:15:30 of 2026-11-27", "couples::x"):
        assert written(said)["what"] == said


def test_the_server_that_could_not_hand_a_request_in_says_nothing_of_its_address():
    found = written("Error handling request %s", "/mine/write/n9f/", name="gunicorn.error")
    assert found["what"] == "Error handling"


# --- How bad a line is, where systemd keeps it ---


def stderr_is(stream, monkeypatch, *, journal: bool) -> None:
    """systemd names the device and the number of the stream that it hands to a unit."""
    about = os.fstat(stream.fileno())
    if journal:
        monkeypatch.setenv("JOURNAL_STREAM", f"{about.st_dev}:{about.st_ino}")
    monkeypatch.setattr(sys, "stderr", stream)


def line(level: int) -> str:
    return QuietFormatter().format(logging.LogRecord("x", level, __file__, 1, "A mail was not taken.", (), None))


@pytest.mark.parametrize(
    ("level", "sign"),
    [(logging.CRITICAL, "<2>"), (logging.ERROR, "<3>"), (logging.WARNING, "<4>"), (logging.INFO, "<6>")],
)
def test_the_journal_is_told_how_bad_a_line_is(level, sign, monkeypatch, tmp_path):
    with (tmp_path / "journal").open("w") as stream:
        stderr_is(stream, monkeypatch, journal=True)
        said = line(level)
    assert said.startswith(sign)
    assert json.loads(said.removeprefix(sign))["what"] == "A mail was not taken."


def test_a_command_that_breaks_in_a_unit_repeats_nothing(monkeypatch, tmp_path):
    """What manage.py work starts writes to the journal too, and a database repeats the refused row."""

    def breaks(_: list[str]) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr(manage, "execute_from_command_line", breaks)
    monkeypatch.setattr(sys, "argv", ["manage.py", "morning"])
    with (tmp_path / "journal").open("w") as stream:
        with pytest.raises(ValueError, match=CANARY):
            manage.main()  # at a terminal: whoever sits there may know
        stderr_is(stream, monkeypatch, journal=True)
        with pytest.raises(SystemExit) as ended:
            manage.main()
    said = json.loads(str(ended.value.code).removeprefix("<2>"))
    assert said["what"] == "manage.py morning broke." and "builtins.ValueError" in said["trace"][-1]
    assert CANARY not in str(said)


def test_no_sign_stands_before_a_line_that_goes_anywhere_else(monkeypatch, tmp_path):
    with (tmp_path / "journal").open("w") as stream, (tmp_path / "file").open("w") as file:
        stderr_is(stream, monkeypatch, journal=True)
        assert in_front(logging.ERROR) == "<3>"
        stderr_is(file, monkeypatch, journal=False)
        assert json.loads(line(logging.ERROR))
        stderr_is(stream, monkeypatch, journal=False)
        monkeypatch.delenv("JOURNAL_STREAM")
        assert json.loads(line(logging.ERROR))
    monkeypatch.setenv("JOURNAL_STREAM", "1:1")
    assert in_front(logging.ERROR) == "", "nor where stderr is closed"
