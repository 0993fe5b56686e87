"""Half-written text lies at the address it was written at, and is sealed with it: kinds and steps are codes there now."""

import re

from django.db import migrations

from couples.lib.vault import KeyGone, NotGenuine

# As they were given on this day. A code belongs to its thing for good, and words here are never read from elsewhere.
KINDS = {
    "boundary": "c6r",
    "request": "x9v",
    "promise": "c5f",
    "agreement": "d7x",
    "trigger_plan": "b4h",
    "impact_letter": "t9n",
    "accountability_letter": "s2v",
    "appreciation": "s5c",
    "moment": "f7d",
    "breach": "n9f",
    "repair": "v4j",
    "look_back": "b8f",
    "step": "r6f",
}
GROUPS = {
    "safety": "j2k",
    "near": "t9c",
    "touch": "q3j",
    "closer": "m9f",
    "ours": "c4p",
}
STEPS = {
    "quiet-room": "n4v",
    "day-said": "m5f",
    "change-said": "m6b",
    "heard": "z6b",
    "one-question": "h8m",
    "reminder-named": "m9c",
    "small-promise": "v5k",
    "one-thing-shown": "k4r",
    "good-thing": "x7b",
    "day-in-turns": "p3v",
    "pause-kept": "k2m",
    "good-night": "k9p",
    "one-meal": "z5k",
    "walk": "d4g",
    "hello": "j5p",
    "chair": "k5k",
    "cup": "f3b",
    "read-aloud": "k3v",
    "sofa-cushion": "b5r",
    "own-breath": "p5t",
    "back-to-back": "g8z",
    "three-breaths-eyes": "j2q",
    "eyes-heard": "r7x",
    "open-hand": "j6q",
    "fingertips": "b7d",
    "held-hand": "q2f",
    "hand-noticed": "c9k",
    "hand-warmed": "d2m",
    "hand-on-shoulder": "m2s",
    "hand-on-back": "b6v",
    "backs": "h5j",
    "shoulder-to-shoulder": "f2k",
    "hug-with-end": "k2k",
    "being-held": "h8f",
    "head-on-shoulder": "n8s",
    "resting": "v8c",
    "map-said": "g3r",
    "forearm-in-turn": "p5h",
    "feet-in-turn": "p7r",
    "face-in-turn": "z2c",
    "back-in-turn": "c4v",
    "guiding-hand": "b7k",
    "still-and-breathing": "t5n",
}
WAYS = {
    "both": "w9z",
    "you": "x8k",
    "partner": "s2k",
}
RULES = (
    ("/mine/write/{}/", (KINDS,)),
    ("/steps/group/{}/", (GROUPS,)),
    ("/steps/own/{}/{}/", (None, WAYS)),  # None: an id, which stays
    ("/steps/{}/{}/", (STEPS, WAYS)),
    ("/steps/{}/", (STEPS,)),
)


def moved(path, tables=lambda table: table):
    """The address that says the same without a name; None where there was none in it."""
    for pattern, parts in RULES:
        found = re.fullmatch(pattern.replace("{}", "([^/]+)"), path)
        if found is None:
            continue
        said = [part if table is None else tables(table).get(part) for part, table in zip(found.groups(), parts, strict=True)]
        return pattern.format(*said) if all(said) else None
    return None


def seal_with_codes(apps, schema_editor):
    """Unseal each text with the address it has, and seal it anew with the one that says the same."""
    _reseal(apps, moved)


def seal_with_names(apps, schema_editor):
    """The way back."""
    _reseal(apps, lambda path: moved(path, lambda table: {code: name for name, code in table.items()}))


def _reseal(apps, new_path):
    held_texts = apps.get_model("couples", "HeldText").objects
    for pk, old in list(held_texts.order_by("held_at").values_list("pk", "path")):
        path = new_path(old)
        if path is None:
            continue
        row = held_texts.get(pk=pk)
        try:
            fields = row.fields
        except (KeyGone, NotGenuine):  # cannot be read anyway; `verify` names it
            continue
        row.path, row.fields = path, fields
        row.save(update_fields=["path", "fields"])


class Migration(migrations.Migration):
    """An address tells nothing of what is written at it. Nobody but the writer's own form can find the text."""

    dependencies = [("couples", "0017_leaving_and_unfinished_writing")]

    operations = [migrations.RunPython(seal_with_codes, seal_with_names)]
