"""Parts of addresses: a view and `reverse` speak of names, and the address holds a code that tells nothing.

Importing this registers what can stand in a route: `<kind:...>`, `<group:...>`, `<step:...>`, `<way:...>` and
`<yeses:...>`. A code of nothing, and a name, give 404.
"""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import Http404, HttpRequest
from django.urls import register_converter

from couples.content import ladder
from couples.content.codes import PATTERN, by_code
from couples.content.kinds import KINDS
from couples.presenters import yes_groups

BOTH, ME, PARTNER = "both", "you", "partner"  # who does a step
WAYS: Final = {BOTH: "w9z", ME: "x8k", PARTNER: "s2k"}
SIGNALS = "signals"
BEGINNINGS: Final = {SIGNALS: "p9m"}  # what a form to write in can begin with


class _Coded:
    """A part of a route that stands for a name."""

    regex = PATTERN

    codes: Callable[[], Mapping[str, str]]  # the codes by name

    def to_python(self, value: str) -> str:
        """The name of this code. Raises ValueError, which is 404, where there is none."""
        try:
            return by_code(self.codes().items())[value]
        except KeyError:
            raise ValueError(value) from None

    def to_url(self, value: str) -> str:
        """The code of this name. Raises ValueError, which is NoReverseMatch, where there is none."""
        try:
            return self.codes()[value]
        except KeyError:
            raise ValueError(value) from None


def codes_of_kinds() -> dict[str, str]:
    """The code of each kind of record, by its name."""
    return {name: kind.code for name, kind in KINDS.items()}


GROUPS: Final = {group.key: group.code for group in ladder.GROUPS}
STEPS: Final = {step.key: step.code for step in ladder.STEPS}


class KindPart(_Coded):
    """A kind of record."""

    codes = staticmethod(codes_of_kinds)


class GroupPart(_Coded):
    """A group of steps."""

    codes = staticmethod(lambda: GROUPS)


class StepPart(_Coded):
    """A step of the ladder."""

    codes = staticmethod(lambda: STEPS)


class WayPart(_Coded):
    """The direction of a step."""

    codes = staticmethod(lambda: WAYS)


class YesesPart(_Coded):
    """A group of one's own yeses."""

    codes = staticmethod(lambda: yes_groups.CODES)


for name, part in (
    ("kind", KindPart),
    ("group", GroupPart),
    ("step", StepPart),
    ("way", WayPart),
    ("yeses", YesesPart),
):
    register_converter(part, name)


def asked_for(request: HttpRequest, name: str, codes: Mapping[str, str]) -> str:
    """The name whose code a question of the address (`?name=code`) holds, "" where it asks nothing.

    Raises Http404 for a code of nothing.
    """
    code = request.GET.get(name, "")
    if not code:
        return ""
    found = {known: each for each, known in codes.items()}
    if code not in found:
        raise Http404
    return found[code]
