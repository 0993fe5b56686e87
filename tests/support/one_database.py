"""What one database shows as well as two, and why: `make test` asks it on SQLite alone, `make prove` on both.

Everything that is not named here runs on both, but for the files of pages (tests/support/both_databases.py). A single
test says the same with the marker `one_database`.
"""

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]

READS_NO_TABLE = "reads source files, settings or plain values, and no table"
SAME_FOR_EVERYBODY = "public pages, the same for everybody, which ask the database nothing"
HOW_IT_LOOKS = "what stands in headers and markup, whatever database the words came from"
UNWALLED = "accounts and sessions: tables without a wall, asked through Django and allauth alone"
SAID_BEFORE = "what a form says of bad input before anything is stored"
BY_EXAMPLES = "two worlds by examples; test_noninterference compares such worlds on both databases"
WRITES_ON_BOTH = "what a view writes while it is only looked at, it writes on both"
COUNTED = "how many statements and which, which the same code asks of both"
EACH_ITS_WAY = "each kind and step goes the same way through the tables; views/ goes it on both databases"

ONE_DATABASE_IS_ENOUGH: dict[str, str] = {
    "accounts/test_accounts.py": UNWALLED,
    "accounts/test_address_change.py": UNWALLED,
    "accounts/test_cookies_and_tabs.py": UNWALLED,
    "accounts/test_mailed_code.py": UNWALLED,
    "accounts/test_mfa.py": UNWALLED,
    "accounts/test_other_bytes.py": UNWALLED,
    "accounts/test_passkeys.py": UNWALLED,
    "accounts/test_reset_lock.py": UNWALLED,
    "accounts/test_session_timeout.py": UNWALLED,
    "accounts/test_sign_in_tries.py": UNWALLED,
    "content/test_kinds.py": EACH_ITS_WAY,
    "content/test_ladder.py": READS_NO_TABLE,
    "forms": SAID_BEFORE,
    "lib/test_constant_time.py": UNWALLED,
    "lib/test_spellings.py": READS_NO_TABLE,
    "lib/test_zone_rules.py": READS_NO_TABLE,
    "mutants": READS_NO_TABLE,
    "rule": READS_NO_TABLE,
    "test_addresses.py": HOW_IT_LOOKS,
    "test_answers_alike.py": BY_EXAMPLES,
    "test_both_databases.py": READS_NO_TABLE,
    "test_cost.py": COUNTED,
    "test_frozen.py": READS_NO_TABLE,
    "test_house.py": READS_NO_TABLE,
    "test_look.py": READS_NO_TABLE,
    "test_one_face.py": BY_EXAMPLES,
    "test_reading_changes_nothing.py": WRITES_ON_BOTH,
    "test_residue.py": HOW_IT_LOOKS,
    "test_run.py": READS_NO_TABLE,
    "test_words.py": READS_NO_TABLE,
    "trustapp/test_headers.py": HOW_IT_LOOKS,
    "trustapp/test_mail_and_logs.py": READS_NO_TABLE,
    "trustapp/test_observatory.py": HOW_IT_LOOKS,
    "trustapp/test_proxies.py": READS_NO_TABLE,
    "trustapp/test_settings.py": READS_NO_TABLE,
    "trustapp/test_start.py": READS_NO_TABLE,
    "views/test_learn.py": SAME_FOR_EVERYBODY,
    "views/test_leave.py": UNWALLED,
    "views/test_safety.py": SAME_FOR_EVERYBODY,
}


def is_enough_for(path: Path) -> bool:
    """Whether the tests in this file need one database only."""
    name = path.relative_to(TESTS).as_posix()
    return any(name == listed or name.startswith(f"{listed}/") for listed in ONE_DATABASE_IS_ENOUGH)
