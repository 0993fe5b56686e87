"""The look: templates bear long, empty and right-to-left words, and the page stays small and strict."""

import gzip
import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from couples.context_processors import page
from couples.forms.accounts import MeForm
from couples.forms.ends import EndsForm
from couples.forms.steps import StepAnswerForm
from couples.forms.words import WordsField, saying_what_empty_means
from couples.templatetags.look import in_words, months

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LOOK = (ROOT / "static/css/look.css").read_text()
AWKWARD = ["", "x" * 400, "שלום, זה גבול שלי.", '<script>alert(1)</script> & "quotes"', "one\n\n\ntwo"]


def gzipped(text: str) -> int:
    return len(gzip.compress(text.encode(), 9))


def line(look: str = "own", **more: object) -> SimpleNamespace:
    plain = {
        "chapter": "",
        "day_word": "Thursday 19",
        "text": "A check-in.",
        "words": "",
        "url": "",
        "only_you": False,
    }
    return SimpleNamespace(look=look, **{**plain, **more})


def sheet(**more: object) -> SimpleNamespace:
    plain = {
        "kind_word": "A boundary",
        "by": "You",
        "day": None,
        "note": "",
        "fields": [("The limit", "words")],
        "url": "",
        "folded": False,
        "unfolded_title": "",
    }
    return SimpleNamespace(**{**plain, **more})


def frame(path: str = "/mine/", user: object | None = None, **more: object) -> str:
    request = RequestFactory().get(path)
    request.user = user or SimpleNamespace(pk=1, asked_after=None, is_authenticated=True)
    return render_to_string("base.html", {**page(request), **more})


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_inline_style_script_or_event_attribute(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:", text)
    scripts = re.findall(r"<script\b[^>]*>", text)
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)  # values for a script are none


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_asks_another_host_for_anything(path: Path) -> None:
    loads = re.findall(r"<(?:script|link|img|iframe|source|use)\b[^>]*(?:src|href)=\"([^\"]*)", path.read_text())
    assert not [url for url in loads if "//" in url]


@pytest.mark.parametrize("words", AWKWARD)
@pytest.mark.parametrize("folded", [True, False])
def test_sheet_bears_awkward_words(words: str, folded: bool) -> None:
    html = render_to_string("parts/sheet.html", {"sheet": sheet(fields=[(words, words)], by=words, folded=folded)})
    assert "<script>" not in html
    assert 'class="words" dir="auto"' in html
    if "\n" in words:
        assert words in html  # line breaks reach the page untouched, the style keeps them


def test_folded_sheet_shows_its_kind_only_until_unfolded() -> None:
    html = render_to_string("parts/sheet.html", {"sheet": sheet(folded=True, unfolded_title="When plans change")})
    summary = html[html.index("<summary>") : html.index("</summary>")]
    assert "A boundary" in summary
    assert "words" not in summary and "When plans change" not in summary
    assert "<details" in html and " open" not in html[: html.index(">")]


@pytest.mark.parametrize("words", AWKWARD)
def test_thread_bears_awkward_words(words: str) -> None:
    html = render_to_string("parts/thread.html", {"lines": [line(text=words, words=words, chapter=words)]})
    assert "<script>" not in html
    assert html.count("<ol") == 1


def test_thread_without_lines_is_empty_and_whole() -> None:
    assert "<ol" not in render_to_string("parts/thread.html", {"lines": []})


def test_a_line_that_leads_somewhere_says_where_to_whoever_hears_links_alone() -> None:
    html = render_to_string("parts/thread.html", {"lines": [line(url="/mine/x/", words="Slept through.")]})
    link = html[html.index("<a ") : html.index("</a>")]
    assert all(told in link for told in ("A check-in.", "Thursday 19", "Slept through."))


def test_months_open_where_a_line_has_a_chapter() -> None:
    lines = [line(), line(chapter="May"), line(), line(chapter="April")]
    assert [(month["chapter"], len(month["lines"])) for month in months(lines)] == [
        ("", 1),
        ("May", 2),
        ("April", 1),
    ]


def test_every_look_of_a_line_has_a_drawing() -> None:
    knots = render_to_string("parts/knots.html")
    for look in ("ours", "own", "pause", "hard", "kept"):
        assert f'id="{look}"' in knots


def test_only_the_viewers_lines_say_that_only_they_see_them() -> None:
    html = render_to_string("parts/thread.html", {"lines": [line("ours"), line("own", only_you=True)]})
    assert html.count("only you see this") == 1


def test_chart_has_a_picture_with_a_name_and_a_table() -> None:
    chart = SimpleNamespace(
        width=640,
        height=200,
        lines=[("safe", "c1", ["M0 0L1 1"])],
        labels=[(0, 190, "May")],
        heads=["Day", "Safe"],
        rows=[("1 May", 3), ("2 May", "")],
    )
    html = render_to_string("parts/chart.html", {"chart": chart})
    assert '<figure class="sheet chart" aria-label="My check-ins">' in html
    assert 'role="img" aria-label="My check-ins' in html
    assert '<th scope="row">2 May</th><td></td>' in html


def test_difference_can_be_heard_and_read_without_colour() -> None:
    html = render_to_string("parts/diff.html", {"pieces": [("same", "a "), ("gone", "<b>"), ("new", "c\nd")]})
    assert "<del>" in html and "<ins>" in html
    assert "taken out" in html and "c\nd" in html and "&lt;b&gt;" in html


class Page(forms.Form):
    limit = forms.CharField(widget=forms.Textarea, help_text="One line is enough.")
    note = forms.CharField(required=False)
    welcome = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "Any morning"), ("b", "Not now")])


def test_error_is_tied_to_its_field_and_listed_on_top() -> None:
    html = str(Page({"limit": ""}))
    assert 'href="#id_limit"' in html
    assert re.search(r'<textarea[^>]*aria-describedby="id_limit_helptext id_limit_error"', html)
    assert 'id="id_limit_error"' in html and 'id="id_limit_helptext"' in html
    assert html.index('id="errors"') < html.index('class="field"')


def test_words_that_are_too_long_are_told_so_with_the_number_and_stay() -> None:
    class Long(forms.Form):
        limit = WordsField(max_length=20)

    html = str(Long({"limit": "a" * 21}))
    assert "at most 20 characters. Nothing is lost" in html and "Ensure" not in html
    assert "a" * 21 in html


def test_nothing_is_preselected_and_every_choice_is_a_row() -> None:
    html = str(Page())
    assert html.count('class="choice"') == 2
    assert "checked" not in html
    assert html.count("if you like") == 1


def test_a_day_is_put_in_words_no_day_in_none_and_an_instant_never() -> None:
    assert in_words(date(2026, 11, 25)) == "25 November 2026"
    assert in_words(None) == ""
    with pytest.raises(AssertionError):
        in_words(datetime(2026, 11, 25, tzinfo=UTC))


def test_if_you_like_stands_only_where_leaving_it_empty_is_a_choice_that_nothing_else_says() -> None:
    class Optional(forms.Form):
        line = forms.CharField(required=False)
        agreement = forms.ChoiceField(required=False, choices=[("", "None of these"), ("a", "Phones")])
        day = saying_what_empty_means(forms.DateField(required=False, help_text="Empty, it is today."))

    html = str(Optional())
    assert html.count("if you like") == 1
    assert re.search(r'<label for="id_line">Line <span class="soft">if you like</span></label>', html)


@pytest.mark.parametrize("form", [EndsForm, MeForm, StepAnswerForm])
def test_no_form_calls_optional_what_always_has_a_value_or_says_when_it_is_meant(form: type[forms.Form]) -> None:
    assert not all(field.required for field in form.base_fields.values())
    assert "if you like" not in str(form())


def test_visitor_sees_no_places_and_can_leave() -> None:
    html = frame("/", AnonymousUser())
    assert "Timeline" not in html and "My account" not in html
    assert 'action="/leave/"' in html and "Leave quickly" in html


def test_partner_sees_the_four_places_and_where_they_are() -> None:
    html = frame("/mine/write/")
    assert re.findall(r"</svg>\s*(\w+)</a>", html) == ["Today", "Mine", "Ours", "Timeline"]
    assert re.findall(r'href="([^"]+)" aria-current="page"', html) == ["/mine/"]


@pytest.mark.parametrize("path", ["/steps/", "/sitting/", "/yes/", "/agenda/", "/glass/", "/pairing/before/"])
def test_what_is_reached_from_ours_is_marked_there(path: str) -> None:
    assert re.findall(r'href="([^"]+)" aria-current="page"', frame(path)) == ["/ours/"]


@pytest.mark.parametrize("path", ["/me/", "/me/account/", "/export/", "/accounts/sessions/"])
def test_what_belongs_to_my_account_is_marked_at_the_foot(path: str) -> None:
    assert re.findall(r'href="([^"]+)" aria-current="page"', frame(path)) == ["/me/"]


def test_the_night_card_stands_at_the_other_end_of_the_head_from_leaving() -> None:
    for html in (frame("/today/"), frame("/", AnonymousUser()), render_to_string("safety/index.html", {"pages": []})):
        head = html[html.index('<header class="top">') : html.index("</header>")]
        assert head.index("/safety/night/") < head.index("Leave quickly")


def test_an_error_is_the_first_word_of_the_title_and_takes_the_focus() -> None:
    assert "<title>Error: " in frame(form=Page({"limit": ""}))
    assert "<title>Error: " not in frame(form=Page()) + frame(form=Page({"limit": "x", "welcome": "a"}))
    assert 'id="errors" tabindex="-1" autofocus' in str(Page({"limit": ""}))


def test_what_a_press_did_takes_the_focus_to_be_heard() -> None:
    html = frame(messages=["Kept for yourself."])
    assert re.search(r'<div class="note" tabindex="-1" autofocus role="status">\s*<p>Kept for yourself', html)


@pytest.mark.parametrize(
    ("sits", "places"), [(False, ["Room", "Learn"]), (True, ["Today", "Mine", "Ours", "Timeline", "Room"])]
)
def test_therapist_sees_the_room_and_a_partner_the_four_places(
    sits: bool, places: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("couples.visibility.has_sat", lambda user: sits)
    html = frame("/room/", SimpleNamespace(pk=1, asked_after=None, is_authenticated=True, is_therapist=True))
    assert re.findall(r"</svg>\s*(\w+)</a>", html) == places


def test_places_wait_while_a_view_hides_them() -> None:
    request = RequestFactory().get("/sitting/")
    request.user = SimpleNamespace(pk=1, asked_after=None, is_authenticated=True)
    request.hide_places = True
    assert page(request)["page"]["places"] == []


@pytest.mark.parametrize(
    "path",
    [path for path in TEMPLATES if '"parts/ends.html"' in path.read_text()],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_when_a_yes_ends_is_asked_before_the_buttons_that_give_it(path: Path) -> None:
    text = path.read_text()
    asked = text.index('"parts/ends.html"')
    form = max(text.rfind("<form", 0, asked), 0)
    assert "<button" not in text[form:asked] and "<button" in text[asked:]


def test_when_a_yes_ends_lies_folded_so_that_what_takes_back_is_near_and_open_where_it_was_sent() -> None:
    fresh, sent = (
        render_to_string("parts/ends.html", {"form": form}) for form in (EndsForm(), EndsForm({"ends": "x"}))
    )
    assert fresh.startswith("<details>") and sent.startswith("<details open>")


def test_buttons_in_a_row_weigh_the_same() -> None:
    row = re.search(r"\.row \{[^}]*\}", LOOK)
    assert row and "1fr" in row[0] and "grid-auto-rows: 1fr" in row[0]
    equal = re.search(r"\.row > \.btn:not\(:only-child\)[^{]*\{([^}]*)\}", LOOK)
    assert equal and "background: none" in equal[1] and "color: var(--mine)" in equal[1]


def contrast(one: str, two: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((light(one), light(two)))
    return (high + 0.05) / (low + 0.05)


def test_a_browser_without_both_schemes_gets_the_light_colours() -> None:
    both = dict(re.findall(r"--([\w-]+): light-dark\((#\w+), #\w+\)", LOOK))
    without = LOOK[LOOK.index("@supports not (color: light-dark") :]
    alone = dict(re.findall(r"--([\w-]+): (#\w+)", without[: without.index("}")]))
    assert alone == both and len(both) > 10


def test_what_blanks_a_page_holds_where_a_browser_knows_no_layers() -> None:
    depth, outside = 0, ""
    for sign in LOOK:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        outside += sign if depth < 2 else ""
    for rule in ("[hidden] {", ".covered {", ".covered body {"):
        assert rule in outside


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pictures_say_their_size_where_no_style_came(path: Path) -> None:
    for tag in re.findall(r"<(?:svg|img)\b[^>]*>", path.read_text()):
        assert " width=" in tag and " height=" in tag, tag


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_can_be_told_apart(scheme: int) -> None:
    named = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", LOOK)
    colour = {name: pair[scheme] for name, *pair in named}
    for ground in ("paper", "sheet"):
        for text in ("ink", "soft", "mine", "hard"):
            assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground)
        assert contrast(colour["rule"], colour[ground]) >= 3, ground
    assert contrast(colour["on-mine"], colour["mine"]) >= 4.5


def test_style_scripts_and_a_full_page_stay_small() -> None:
    scripts = {path.stem: path.read_text() for path in (ROOT / "static/js").glob("*.js")}
    everywhere = scripts.pop("leave") + scripts.pop("start")
    assert gzipped(LOOK) <= 8_000
    for name, script in scripts.items():  # each belongs to few pages, and no page loads two of them
        assert gzipped(everywhere + script) <= 4_000, name
    words = "Slept through for the first time in a while, and woke before the alarm. "
    lines = [line("ours", text=f"{n} {words}", words=words[n:], chapter="May" if n % 7 == 0 else "") for n in range(20)]
    html = frame("/timeline/") + render_to_string("parts/thread.html", {"lines": lines})
    assert gzipped(html) <= 6_000
    assert gzipped(html) + gzipped(LOOK) <= 14_336


def test_style_knows_start_and_end_but_not_left_and_right() -> None:
    rules = re.sub(r"/\*.*?\*/", "", LOOK, flags=re.S)
    assert not re.search(
        r"(?:margin|padding|border|inset)-(?:left|right)|text-align: (?:left|right)|[{;\s](?:left|right): ",
        rules,
    )


def test_every_underline_is_written_so_that_safari_draws_it() -> None:
    """It throws away a `text-decoration` that names a thickness or a colour, and the link shows by its colour alone."""
    assert [said for said in re.findall(r"text-decoration: ([^;}]+)", LOOK) if " " in said.strip()] == []
