"""Mistakes in running the place: backups, putting them back, updates, what logs and probes say."""

from tests.mutants.mutant import POSTGRESQL, Mutant

BACKUPS, RESTORING, RESTORE = (
    "couples/management/backups.py",
    "couples/management/restoring.py",
    "couples/management/commands/restore.py",
)
LOGS, PROBES, POLICIES = "trustapp/logs.py", "trustapp/probes.py", "couples/row_security/policies.py"
ON_BACKUPS = ("management/test_backup.py",)
ON_LOGS = ("trustapp/test_mail_and_logs.py",)

MUTANTS = (
    Mutant(
        "a backup is not read back",
        "couples/lib/age_file.py",
        "if _read(file, [own], lambda piece: None).digest.digest() != handed_in.digest.digest():",
        "if False:",
        ON_BACKUPS,
    ),
    Mutant(
        "half a dump is a backup",
        BACKUPS,
        "if process.wait() != 0:",
        "if process.wait() < -99:",
        ON_BACKUPS,
        POSTGRESQL,
    ),
    Mutant("the last backup goes as well", BACKUPS, "kept(folder)[:-1]", "kept(folder)", ON_BACKUPS),
    Mutant("backups are kept for ever", BACKUPS, "if made < at - timedelta(days=days)", "if False", ON_BACKUPS),
    Mutant(
        "the list beside a backup is not read",
        RESTORE,
        "erased_list.add(beside, erased_list.path())",
        "pass",
        ON_BACKUPS,
    ),
    Mutant(
        "a restore destroys unasked",
        RESTORE,
        'if not options["replace"] and not restoring.is_empty():',
        "if False:",
        ON_BACKUPS,
    ),
    Mutant(
        "sessions of another day live again",
        RESTORING,
        "import_module(settings.SESSION_ENGINE).SessionStore.get_model_class().objects.all().delete()",
        "import_module(settings.SESSION_ENGINE)",
        ON_BACKUPS,
    ),
    Mutant("a database in use is replaced", RESTORING, 'if mode != "delete":', "if False:", ON_BACKUPS),
    Mutant(
        "pages come out empty while tables change",
        POLICIES,
        '_do([f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {connection.ops.quote_name(role)}"])',
        "pass",
        ("management/test_migrate.py",),
        POSTGRESQL,
    ),
    Mutant(
        "a page in the middle of its reading ends a migration",
        POLICIES,
        "            _hold_still(_own_tables())\n",
        "",
        ("management/test_migrate.py",),
        POSTGRESQL,
    ),
    Mutant(
        "the wall is put up anew across the pages that are being read",
        POLICIES,
        "        _hold_still(policies())\n",
        "",
        ("management/test_migrate.py",),
        POSTGRESQL,
    ),
    Mutant(
        "what fails beside a newer database is told as a mistake of ours",
        "trustapp/upgrading.py",
        'return max(applied, default="") > ours',
        "return False",
        ("management/test_migrate.py",),
    ),
    Mutant(
        "code that is ahead of its database serves",
        "trustapp/start.py",
        "            upgrading.begin()\n",
        "",
        ("management/test_migrate.py",),
    ),
    Mutant(
        "a log has the address of a request",
        LOGS,
        'said.replace(request.get_full_path(), "").replace(request.path, "")',
        "said",
        ON_LOGS,
    ),
    Mutant("a log has ids", LOGS, "said = pattern.sub(instead, said)", "pass", ON_LOGS),
    Mutant(
        "ready says ok whatever is wrong",
        PROBES,
        "status=200 if all(is_ok for _, is_ok in found) else 503",
        "status=200",
        ("trustapp/test_probes.py",),
    ),
)
