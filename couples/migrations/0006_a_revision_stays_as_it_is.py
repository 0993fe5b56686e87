from django.db import migrations, models

CHANGED = "a revision is never changed: write the next one"
DELETED = "a revision is deleted only by erasure"

SQLITE = (
    f"""CREATE TRIGGER a_revision_is_not_changed BEFORE UPDATE ON couples_revision
        BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END""",
    f"""CREATE TRIGGER a_revision_is_deleted_only_by_erasure BEFORE DELETE ON couples_revision
        WHEN NOT EXISTS (SELECT 1 FROM couples_erasure WHERE what IN (OLD.record_id, OLD.author_id))
        BEGIN SELECT RAISE(ABORT, '{DELETED}'); END""",
)
SQLITE_BACK = (
    "DROP TRIGGER a_revision_is_not_changed",
    "DROP TRIGGER a_revision_is_deleted_only_by_erasure",
)
POSTGRESQL = (
    f"""CREATE FUNCTION a_revision_stays_as_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                RAISE EXCEPTION '{CHANGED}' USING ERRCODE = 'restrict_violation';
            END IF;
            IF EXISTS (SELECT 1 FROM couples_erasure WHERE what IN (OLD.record_id, OLD.author_id)) THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION '{DELETED}' USING ERRCODE = 'restrict_violation';
        END $$""",
    """CREATE TRIGGER a_revision_stays_as_it_is BEFORE UPDATE OR DELETE ON couples_revision
        FOR EACH ROW EXECUTE FUNCTION a_revision_stays_as_it_is()""",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER a_revision_stays_as_it_is ON couples_revision",
    "DROP FUNCTION a_revision_stays_as_it_is",
)


def _run(sqlite, postgresql):
    def run(apps, schema_editor):
        for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgresql:
            schema_editor.execute(statement, params=None)

    return run


class Migration(migrations.Migration):
    """The database itself keeps revisions as they were written."""

    dependencies = [("couples", "0005_plain_words_go")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[("what", models.UUIDField(editable=False, primary_key=True, serialize=False))],
        ),
        migrations.RunPython(_run(SQLITE, POSTGRESQL), _run(SQLITE_BACK, POSTGRESQL_BACK)),
    ]
