"""A therapist who leaves for good takes along what partners keep about them, which they cannot see.

The name that a partner has for them, and the note that a card was taken off a page, are rows behind the second wall:
whoever erases their account finds none of them, and PostgreSQL would then refuse the erasure. A foreign key that
cascades there is done by the database itself, as the owner of the tables. SQLite has one wall, and needs nothing.
"""

from django.db import migrations

TABLES = ("couples_therapistlabel", "couples_takenoff")
NAMED = """
SELECT c.conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.conrelid = %s::regclass AND c.contype = 'f' AND array_length(c.conkey, 1) = 1 AND a.attname = 'therapist_id'
"""


def _anew(schema_editor, on_delete):
    if schema_editor.connection.vendor != "postgresql":
        return
    quoted = schema_editor.quote_name
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(NAMED, [table])
            for (name,) in cursor.fetchall():
                cursor.execute(
                    f"ALTER TABLE {quoted(table)} DROP CONSTRAINT {quoted(name)}, ADD CONSTRAINT {quoted(name)}"
                    f" FOREIGN KEY (therapist_id) REFERENCES couples_user (id) {on_delete}"
                    " DEFERRABLE INITIALLY DEFERRED"
                )


def cascade(apps, schema_editor):
    """Let both go with the therapist."""
    _anew(schema_editor, "ON DELETE CASCADE")


def refuse(apps, schema_editor):
    """As it was."""
    _anew(schema_editor, "")


class Migration(migrations.Migration):
    """Two foreign keys."""

    dependencies = [("couples", "0035_the_newest_that_may_be_open")]

    operations = [migrations.RunPython(cascade, refuse)]
