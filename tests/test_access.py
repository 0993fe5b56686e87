"""One table: every address, every kind of person, what a look (GET) and a press (POST) lead to.

An address that is missing from the table fails. A refusal is one page, the same bytes whether there is something
under that id or nothing; and no answer to anybody holds words that are not theirs to read.
"""

import re
from typing import Any

import pytest
from django.urls import get_resolver

from couples.content.kinds import KINDS
from couples.presenters import yes_groups
from couples.views._addresses import BOTH as TOGETHER
from couples.views._addresses import WAYS
from tests.support.access_rows import (
    ASKED,
    BARRED,
    EMPTY,
    GOES,
    GONE,
    NO,
    NOBODY,
    READ,
    SAID,
    Row,
    bare,
    desk,
    every,
    only,
    outcome_of,
    public,
    routes,
    row,
)
from tests.support.depth import PROVING
from tests.support.everybody import (
    ADMITTED,
    AUTHOR,
    BOTH,
    BY_ONE,
    ENDED,
    EVERYBODY,
    MARKS,
    OTHER,
    PARTNER,
    READABLE,
    SEATED,
    STAFF,
    STEPPING,
    VISITOR,
    Everybody,
)
from tests.support.make import FURTHER_OF_A_CARD

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]  # what a test changes is undone, inside the world that stays

NOT_POSTED, NOT_READ = every(NO), every(GOES)  # a page without a form; the address of a button
CARD = {"name": "Dr.", "practice": "Here", "secrets": "None.", "agreed": "on", **FURTHER_OF_A_CARD}
THERAPISTS = (ADMITTED, BY_ONE, ENDED)
WELCOMED = {"everyday": "sittings"}


MINE = only(AUTHOR)
PRESSED = only(*BOTH, outcome=GOES)
SHEET = only(*BOTH)
OF_STEPS = {**every(READ), **dict.fromkeys(STEPPING, GONE), **dict.fromkeys(BOTH, READ)}
ANSWERS = {**every(SAID), **dict.fromkeys(STEPPING, GONE), **dict.fromkeys(BOTH, GOES)}
SEATED_MAY = only(*SEATED, outcome=GOES, others=SAID)
SIGNING_IN = every(GOES, visitor=READ)
WITH_ROWS = ("boundary", "step")  # kinds whose rows say more
WRITTEN = {"limit": "One line.", "once": "0b5d2c1e-8d8f-4a54-9e0c-5a3d6f2f0001"}

MARKED = {"mark-week": "0", "mark-how": "partly"}

TABLE: tuple[Row, ...] = (
    # Public
    row("healthz", public(READ), public(NO)),
    row("readyz", public(READ), public(NO)),
    row("", every(GOES, visitor=READ), public(NO)),
    row("how/", public(READ), public(NO)),
    row("learn/", public(READ), public(NO)),
    row("learn/<slug:slug>/", public(READ), public(NO), "a"),
    row("learn/<slug:slug>/", public(GONE), public(NO), "nothing-of-this-name"),
    row("learn/<slug:slug>/file/", public(READ), public(NO), "30"),
    row("learn/<slug:slug>/file/", public(GONE), public(NO), "nothing-of-this-name"),
    row("safety/", public(READ), public(NO)),
    row("safety/<slug:slug>/", public(READ), public(NO), "night"),
    row("safety/<slug:slug>/", public(GONE), public(NO), "nothing-of-this-name"),
    row("leave/", public(READ), public(GOES)),
    row("notes/", public(READ), public(NO)),
    # Stop: the same for whoever is signed in
    row("stop/", every(READ), every(READ), act="hour"),
    row("stop/", every(READ), every(READ), act="everything", sure="yes"),
    row("stop/read/", NOT_READ, every(GOES)),
    # The account
    row("me/", every(READ), every(GOES), shown_name="Somebody"),
    row("me/account/", every(GOES), NOT_POSTED),
    row("me/account/now/", every(GOES), every(GOES)),
    row("me/account/week/", every(GOES), every(GOES)),
    row("me/account/gone/", public(READ), public(NO)),
    row("me/account/return/", public(ASKED), public(ASKED)),
    row("me/here/", every(EMPTY), NOT_POSTED),
    row("me/still/", public(READ), public(NO)),
    row("me/hold/", public(NO), public(EMPTY)),
    row("me/hold/<uuid:held_id>/throw-away/", NOT_READ, every(GOES), str(NOBODY)),
    row("me/reminder/", every(READ), every(GOES), days="0", hour="18"),
    row("me/hour/", every(READ), every(READ), day="3", begins="20:00", title="Time kept"),
    row("me/zone/", every(READ), every(GOES), time_zone="Europe/Lisbon"),
    row("me/wait/", every(GOES), every(GOES)),
    row("me/passkey/", NOT_READ, every(GOES)),
    row("me/sessions/<int:session_id>/end/", NOT_READ, every(GOES), "0"),
    row("accounts/login/", SIGNING_IN, SIGNING_IN),
    row("accounts/signup/", SIGNING_IN, SIGNING_IN),
    row("accounts/logout/", every(READ, visitor=GOES), public(GOES)),
    row("accounts/inactive/", public(READ), public(NO)),
    row("accounts/reauthenticate/", every(READ), every(READ)),
    row("accounts/confirm-email/", every(GOES), every(GOES)),
    row("accounts/signup/passkey/", SIGNING_IN, SIGNING_IN),
    row("accounts/signup/password/", public(GOES), public(GOES)),
    row("accounts/email/", every(READ), every(GOES)),
    row("accounts/password/set/", every(GOES), every(GOES)),
    row("accounts/sessions/", every(READ), every(GOES)),
    row("accounts/keys/", every(READ), NOT_POSTED),
    row("accounts/keys/authenticate/", every(GOES), every(GOES)),
    row("accounts/keys/totp/activate/", every(GOES), every(GOES)),
    row("accounts/keys/totp/deactivate/", every(GONE), every(GONE)),
    row("accounts/keys/recovery-codes/", every(GONE), NOT_POSTED),
    row("accounts/keys/recovery-codes/generate/", every(GOES), every(GOES)),
    row("accounts/keys/webauthn/", every(READ), NOT_POSTED),
    row("accounts/keys/webauthn/add/", every(GOES), every(GOES)),
    row("accounts/keys/webauthn/reauthenticate/", every(GOES), every(GOES)),
    row("me/passkeys/<int:pk>/remove/", every(GOES), every(GOES), "0"),
    row("accounts/keys/webauthn/keys/<int:pk>/edit/", every(GOES), every(GOES), "0"),
    row("accounts/keys/webauthn/login/", every(GOES), every(GOES)),
    row("accounts/keys/webauthn/signup/", public(GOES), public(GOES)),
    row("accounts/password/change/", every(READ), every(READ)),
    row("accounts/password/reset/", public(READ), public(READ)),
    row("accounts/password/reset/confirm/", public(ASKED), public(ASKED)),
    row("accounts/password/reset/complete/", public(GOES), public(GOES)),
    row("accounts/password/reset/done/", public(READ), public(NO)),
    # Today and the timeline
    row("today/", every(READ), NOT_POSTED),
    row("today/check-in/<uuid:check_in_id>/", every(GONE), every(GONE), str(NOBODY)),
    row("today/check-in/", every(READ), every(GOES), line="Quiet.", once=WRITTEN["once"]),
    row("timeline/", every(READ), NOT_POSTED),
    row("timeline/<uuid:line_id>/", only(AUTHOR), NOT_POSTED, "line of the author"),
    row("timeline/<uuid:line_id>/", only(PARTNER), NOT_POSTED, "line of the partner"),
    row("timeline/<uuid:line_id>/remove/", NOT_READ, every(GOES), "line of the partner"),
    row("timeline/<uuid:line_id>/remove-all/", NOT_READ, every(GOES), "line of the partner"),
    # Mine
    row("mine/", every(READ), NOT_POSTED),
    row("mine/<uuid:record_id>/look/<slug:key>/", MINE, only(AUTHOR, outcome=GOES), "record", "a"),
    row("mine/<uuid:record_id>/look/<slug:key>/", every(GONE), every(GONE), "record", "nothing-of-this-name"),
    row("mine/sheet/", every(READ), every(READ), make=""),
    row("mine/find/", every(READ), every(READ), words="mark"),
    row("mine/write/", every(READ), NOT_POSTED),
    row("mine/write/<kind:kind>/", every(READ), every(GOES), KINDS["boundary"].code, **WRITTEN),
    *(
        row("mine/write/<kind:kind>/", every(READ), every(READ), kind.code)
        for kind in KINDS.values()
        if kind.name not in WITH_ROWS
    ),
    row("mine/write/<kind:kind>/", only(*STEPPING), only(*STEPPING), KINDS["step"].code),
    row("mine/write/<kind:kind>/", public(GONE), public(GONE), "boundary"),
    row("mine/write/<kind:kind>/", public(GONE), public(GONE), "nothing-of-this-name"),
    row("mine/<uuid:record_id>/", MINE, NOT_POSTED, "record"),
    row("mine/<uuid:record_id>/", MINE, NOT_POSTED, "record kept"),
    row("mine/<uuid:record_id>/history/", MINE, NOT_POSTED, "record"),
    row("mine/<uuid:record_id>/revise/", MINE, MINE, "record"),
    row("mine/<uuid:record_id>/offer/", NOT_READ, only(AUTHOR, outcome=GOES), "record kept", seen="1"),
    row("mine/<uuid:record_id>/offer/", NOT_READ, only(AUTHOR, outcome=SAID), "record kept", seen="7"),
    row("mine/<uuid:record_id>/more/", every(GOES), every(GOES), "record"),
    row("mine/<uuid:record_id>/take-back/", NOT_READ, only(AUTHOR, outcome=GOES), "record"),
    row("mine/<uuid:record_id>/stop-being-held/", NOT_READ, only(AUTHOR, outcome=GOES), "breach noted"),
    row("mine/<uuid:record_id>/stop-being-held/", NOT_READ, every(GONE), "record"),
    # Ours
    row("ours/", every(READ), NOT_POSTED),
    row("ours/<uuid:opening_id>/", SHEET, NOT_POSTED, "opening"),
    row("ours/<uuid:opening_id>/", SHEET, NOT_POSTED, "open agreement"),
    row("ours/<uuid:opening_id>/", SHEET, NOT_POSTED, "own step"),
    row("ours/<uuid:opening_id>/", every(GONE), NOT_POSTED, "opening taken back"),
    row("ours/<uuid:opening_id>/", every(GONE), NOT_POSTED, "opening of the former pair"),
    row("ours/<uuid:opening_id>/", every(GONE), NOT_POSTED, "step of Kim's pair"),
    row("ours/<uuid:opening_id>/put-away/", NOT_READ, only(PARTNER, outcome=GOES), "opening"),
    row("ours/<uuid:opening_id>/put-away/", NOT_READ, only(PARTNER, outcome=GOES), "opening taken back"),
    row("ours/<uuid:opening_id>/put-away/", NOT_READ, every(GONE), "opening of the former pair"),
    row("ours/<uuid:opening_id>/accept/", NOT_READ, PRESSED, "open agreement"),
    row("ours/<uuid:opening_id>/accept/", NOT_READ, every(GONE), "opening"),
    row("ours/<uuid:opening_id>/no-longer-accept/", NOT_READ, PRESSED, "open agreement"),
    row("ours/<uuid:opening_id>/no-longer-accept/", NOT_READ, every(GONE), "opening"),
    row("ours/<uuid:opening_id>/counter/", only(PARTNER), only(PARTNER), "open agreement"),
    row("ours/<uuid:opening_id>/counter/", every(GONE), every(GONE), "opening"),
    row("ours/<uuid:opening_id>/", SHEET, NOT_POSTED, "agreement in force"),
    row("ours/<uuid:opening_id>/mark/", NOT_READ, PRESSED, "agreement in force", **MARKED),
    row("ours/<uuid:opening_id>/mark/", NOT_READ, every(GONE), "open agreement", **MARKED),
    row("ours/<uuid:opening_id>/mark/take-back/", NOT_READ, PRESSED, "agreement in force", **MARKED),
    row("ours/<uuid:opening_id>/mark/take-back/", NOT_READ, every(GONE), "opening", **MARKED),
    row("ours/<uuid:opening_id>/keep/", NOT_READ, PRESSED, "own step"),
    row("ours/<uuid:opening_id>/keep/", NOT_READ, every(GONE), "opening"),
    row("ours/<uuid:opening_id>/keep/", NOT_READ, every(GONE), "opening taken back"),
    row("ours/<uuid:opening_id>/no-longer-keep/", NOT_READ, PRESSED, "opening"),
    row("ours/<uuid:opening_id>/no-longer-keep/", NOT_READ, PRESSED, "opening taken back"),
    # Steps: while they are turned off, every address of theirs gives one calm page
    row("steps/", every(READ), NOT_POSTED),
    row("steps/on/", NOT_READ, every(GOES)),
    row("steps/off/", NOT_READ, every(GOES)),
    row("steps/pause/", only(*STEPPING, outcome=GOES, others=READ), only(*STEPPING, outcome=GOES, others=SAID)),
    row(
        "steps/group/<group:key>/",
        every(READ),
        {**every(SAID), **dict.fromkeys((*BOTH, OTHER), GOES)},
        "first group",
        answer="yes",
        seen="seen group",
    ),
    row(
        "steps/group/<group:key>/",
        public(GONE),
        public(GONE),
        "nothing",
    ),
    row(
        "steps/<step:key>/<way:way>/",
        every(READ),
        {**every(SAID), **dict.fromkeys((*BOTH, OTHER), GOES)},
        "step of it",
        WAYS[TOGETHER],
        answer="yes",
        seen="seen step",
    ),
    row("steps/own/<uuid:opening>/<way:way>/", OF_STEPS, ANSWERS, "own step", WAYS[TOGETHER], answer="not_now"),
    row(
        "steps/own/<uuid:opening>/<way:way>/",
        only(*STEPPING, outcome=GONE, others=READ),
        only(*STEPPING, outcome=GONE, others=SAID),
        "step of Kim's pair",
        WAYS[TOGETHER],
        answer="not_now",
    ),
    row("steps/open/<uuid:opening>/", OF_STEPS, ANSWERS, "open step", answer="yes"),
    row("steps/open/<uuid:opening>/", OF_STEPS, ANSWERS, "open step", answer="not_now"),
    # The sitting
    row("sitting/", every(READ), every(GOES), **WRITTEN),
    row("sitting/again/", every(READ), NOT_POSTED),
    row("sitting/days/", only(*SEATED, others=GOES), NOT_POSTED),
    row("welcome/", every(READ), SEATED_MAY, **WELCOMED),
    row("sitting/down/", NOT_READ, SEATED_MAY),
    row("sitting/up/", NOT_READ, SEATED_MAY),
    # Pairing
    row("pairing/", every(READ), NOT_POSTED),
    row("pairing/before/", every(READ), NOT_POSTED),
    row("pairing/invite/", NOT_READ, only(*SEATED, outcome=SAID, others=READ)),
    row("pairing/join/", only(*SEATED, outcome=GOES, others=READ), only(*SEATED, outcome=GOES, others=SAID), code="2"),
    row("pairing/waiting/", every(GOES), NOT_POSTED),
    row("pairing/confirm/", NOT_READ, every(SAID), invitation=str(NOBODY)),
    row("pairing/confirm/", NOT_READ, every(GONE), invitation="no id"),
    row("pairing/withdraw/", NOT_READ, every(GOES)),
    row("pairing/withdraw-join/", NOT_READ, every(GOES)),
    row("pairing/days/", NOT_READ, every(GOES), zone="Europe/Lisbon"),
    row("pairing/name/", NOT_READ, every(GOES), name="My love"),
    row("pairing/more/", only(*SEATED, others=GOES), only(*SEATED, others=GOES), way="tell"),
    row("pairing/more/", only(*SEATED, others=GOES), every(GOES), way="tell", sure="yes"),
    row("pairing/close/", NOT_READ, every(GOES)),
    # What I have said yes to: the password first
    row("yes/", every(GOES), NOT_POSTED),
    row("yes/renew/", NOT_READ, every(GOES)),
    row("yes/<yeses:key>/", every(GOES), NOT_POSTED, yes_groups.CODES["offered"]),
    row("yes/read/", NOT_READ, every(GOES)),
    row("yes/end/", NOT_READ, only(*SEATED, outcome=GONE, others=SAID), yes=str(NOBODY)),
    row("yes/off/", NOT_READ, only(*SEATED, outcome=GONE, others=SAID), yes=str(NOBODY)),
    # A copy for oneself: the password first, and the file by its button only
    row("export/", every(GOES), NOT_POSTED),
    row("export/file/", NOT_READ, every(GOES)),
    # The therapist's room, and the glass before it
    row("room/", every(READ), every(READ), q="a"),
    row("room/enter/", NOT_READ, every(SAID), code="2"),
    row("room/card/", every(READ), every(GOES), **CARD),
    row("room/card/more/", only(ADMITTED, BY_ONE, ENDED, others=GOES), every(GOES)),
    row(
        "room/shelf/",
        only(*THERAPISTS, others=GOES),
        every(GOES),
        name="Evenings",
        text="By eight.",
        once=WRITTEN["once"],
    ),
    row("room/shelf/<uuid:item_id>/", only(ADMITTED), only(ADMITTED), "thing on the shelf"),
    row("room/shelf/<uuid:item_id>/off/", NOT_READ, every(GOES), "thing on the shelf"),
    row("room/<uuid:pair_id>/", only(ADMITTED), NOT_POSTED, "pair"),
    row("room/<uuid:pair_id>/", every(GONE), NOT_POSTED, "pair of others"),
    row("room/<uuid:pair_id>/session/", only(ADMITTED), NOT_POSTED, "pair"),
    row("room/<uuid:pair_id>/session/", every(GONE), NOT_POSTED, "pair of others"),
    row("room/<uuid:pair_id>/sheet/", only(ADMITTED), NOT_POSTED, "pair"),
    row("room/<uuid:pair_id>/sheet/file/", every(GONE), NOT_POSTED, "pair of others"),
    row("room/<uuid:pair_id>/calendar/", only(ADMITTED), NOT_POSTED, "pair"),
    row("room/<uuid:pair_id>/ahead/", only(ADMITTED), NOT_POSTED, "pair"),
    row("room/<uuid:pair_id>/ahead/", every(GONE), NOT_POSTED, "pair of others"),
    row(
        "room/<uuid:pair_id>/ahead/session/",
        NOT_READ,
        only(ADMITTED, outcome=SAID),
        "pair",
        day="2026-01-01",
        begins="10:00",
        minutes="60",
    ),
    row("room/<uuid:pair_id>/ahead/call-off/", NOT_READ, every(GONE), "pair of others"),
    row("room/<uuid:pair_id>/ahead/call-off/", NOT_READ, only(ADMITTED, outcome=GOES), "pair"),
    row(
        "room/<uuid:pair_id>/ahead/<uuid:session_id>/",
        only(ADMITTED),
        only(ADMITTED, outcome=GOES),
        "pair",
        "session",
        day="2026-11-01",
        begins="10:00",
        minutes="60",
    ),
    row("room/<uuid:pair_id>/ahead/<uuid:session_id>/", every(GONE), every(GONE), "pair of others", "session"),
    row("room/<uuid:pair_id>/ahead/<uuid:session_id>/", every(GONE), every(GONE), "pair", "person"),
    row(
        "room/<uuid:pair_id>/ahead/<uuid:session_id>/off/",
        NOT_READ,
        only(ADMITTED, outcome=GOES),
        "pair",
        "session",
    ),
    row(
        "room/<uuid:pair_id>/ahead/propose/",
        only(ADMITTED, outcome=GOES),
        only(ADMITTED, outcome=GOES),
        "pair",
        page="1",
        once=WRITTEN["once"],
    ),
    row(
        "room/<uuid:pair_id>/ahead/shelf/",
        NOT_READ,
        only(ADMITTED, outcome=GOES),
        "pair",
        item="thing on the shelf",
        once=WRITTEN["once"],
    ),
    row("room/<uuid:pair_id>/ahead/shelf/", NOT_READ, every(GONE), "pair of others"),
    row(
        "room/<uuid:pair_id>/ahead/<uuid:proposal_id>/withdraw/",
        NOT_READ,
        only(ADMITTED, outcome=GOES),
        "pair",
        "person",
    ),
    row("room/<uuid:pair_id>/takeaway/", only(ADMITTED), only(ADMITTED, outcome=GOES), "pair", first="A line."),
    row("room/<uuid:pair_id>/takeaway/", every(GONE), every(GONE), "pair of others", first="A line."),
    row("agenda/<uuid:takeaway_id>/", SHEET, NOT_POSTED, "takeaway"),
    row("agenda/<uuid:takeaway_id>/", every(GONE), NOT_POSTED, "opening"),
    row("agenda/<uuid:takeaway_id>/accept/", NOT_READ, PRESSED, "takeaway"),
    row("agenda/<uuid:takeaway_id>/off/", NOT_READ, PRESSED, "takeaway"),
    row("agenda/<uuid:takeaway_id>/off/", NOT_READ, every(GONE), "person"),
    row("agenda/", every(READ), NOT_POSTED),
    row("agenda/<uuid:session_id>/calendar/", SHEET, NOT_POSTED, "session"),
    row("ours/<uuid:opening_id>/agenda/", NOT_READ, PRESSED, "opening"),
    row("ours/<uuid:opening_id>/agenda/", NOT_READ, every(GONE), "opening taken back"),
    row("ours/<uuid:opening_id>/agenda/", NOT_READ, every(GONE), "own step"),
    row("ours/<uuid:opening_id>/agenda/off/", NOT_READ, PRESSED, "opening"),
    row("glass/", every(READ), NOT_POSTED),
    row("glass/code/", NOT_READ, every(READ)),
    row("glass/<uuid:card_id>/", SHEET, NOT_POSTED, f"card of {ADMITTED}"),
    row("glass/<uuid:card_id>/", every(GONE), NOT_POSTED, f"card of {BY_ONE}"),
    row("glass/<uuid:card_id>/", every(GONE), NOT_POSTED, f"card of {ENDED}"),
    row("glass/<uuid:card_id>/admit/", NOT_READ, SHEET, f"card of {BY_ONE}"),
    row("glass/<uuid:card_id>/end/", NOT_READ, PRESSED, f"card of {ADMITTED}"),
    row("glass/<uuid:card_id>/name/", NOT_READ, PRESSED, f"card of {ADMITTED}"),
    row("glass/<uuid:card_id>/off/", NOT_READ, PRESSED, f"card of {ADMITTED}"),
    # Talking in turns. The last row that is pressed: from here on this browser is asked for the password.
    row("talk/", public(READ), public(READ), press="begin"),
    # The desk: staff alone, and nothing of anybody's words behind it
    desk("", READ, READ),
    row("desk/login/", {**every(BARRED), STAFF: GOES}, {**every(BARRED), STAFF: READ}),
    row("desk/logout/", {**every(GOES), STAFF: NO}, every(GOES)),
    row("desk/password_change/", every(GOES), every(GOES)),
    desk("password_change/done/", READ, NO),
    desk("autocomplete/", BARRED, NO),
    desk("jsi18n/", READ, NO),
    desk("r/<path:content_type_id>/<path:object_id>/", GONE, GONE, "1", "person"),
    desk("couples/user/", READ, READ),
    desk("couples/user/add/", BARRED, BARRED),
    desk("couples/user/<path:object_id>/", GOES, GOES, "person"),
    desk("couples/user/<path:object_id>/change/", READ, GOES, "person"),
    desk("couples/user/<path:object_id>/delete/", BARRED, BARRED, "person"),
    desk("couples/user/<path:object_id>/history/", READ, READ, "person"),
    desk("^(?P<app_label>couples)/$", READ, READ, example="desk/couples/"),
    desk("(?P<url>.*)$", GONE, GONE, example="desk/nothing/"),
)


# --- The table ---

# On PostgreSQL the rows themselves decide what these three find, and refuse what they may not write; to everybody else
# both databases have nothing to give.
READERS = (AUTHOR, PARTNER, ADMITTED)
CELLS = [
    pytest.param(row, who, id=f"{row} as {who}", marks=() if who in READERS else pytest.mark.one_database)
    for row in TABLE
    for who in EVERYBODY
]


@pytest.fixture(scope="module")
def refusals() -> dict[str, bytes]:
    """The one page that refuses, for each person, once it has been seen."""
    return {}


@pytest.mark.parametrize(("row", "who"), CELLS)
def test_everybody_finds_what_the_table_says_and_no_words_of_others(
    row: Row, who: str, here: Everybody, ask: Any, refusals: dict[str, bytes]
) -> None:
    """And an id that is not theirs gives the same bytes as an id of nothing: the one page that refuses."""
    path, unknown = row.path(here), row.path(here, NOBODY)
    looked = ask(who, "get", path)
    pressed = ask(who, "post", path, row.sends)
    assert (outcome_of(looked), outcome_of(pressed)) == (row.get[who], row.post[who])
    for answer in (looked, pressed):
        told = {mark for mark in MARKS if mark in answer.content.decode()}
        assert told <= READABLE[who], "it holds words that are not theirs to read"
        if outcome_of(answer) not in (READ, SAID) or who == VISITOR:
            assert not told, "an answer that is no page holds words"
    if "<uuid:" not in row.route or who == VISITOR:
        return
    for method, outcome, real in (("get", row.get[who], looked), ("post", row.post[who], pressed)):
        if outcome == GONE or (who not in STEPPING and row.route.startswith("steps/")):
            nothing = ask(who, method, unknown, row.sends)
            assert (real.status_code, bare(real)) == (nothing.status_code, bare(nothing)), (
                f"something and nothing under an id are told apart ({method})"
            )
    if row.get[who] == GONE:
        page = re.sub(rb' aria-current="page"', b"", bare(looked))
        assert page == refusals.setdefault(who, page), "it is refused by another page than elsewhere"


@pytest.mark.one_database
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_no_address_knows_another_way_to_be_asked(row: Row, here: Everybody, ask: Any) -> None:
    if not row.route.startswith(("accounts/", "desk/")):
        there_is_none = row.get[VISITOR] == row.post[VISITOR] == GONE  # a code of nothing: no address at all
        for method in ("put", "patch", "delete") if PROVING else ("put",):  # one list of ways refuses all others
            assert ask(AUTHOR, method, row.path(here)).status_code == (404 if there_is_none else 405)


# --- Nothing is missing from the table ---


def test_every_address_stands_in_the_table() -> None:
    missing = set(routes(get_resolver().url_patterns)) - {row.route for row in TABLE}
    assert not missing


def test_every_row_speaks_of_everybody() -> None:
    for each in TABLE:
        assert set(each.get) == set(each.post) == set(EVERYBODY), each
