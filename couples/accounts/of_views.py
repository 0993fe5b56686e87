"""What a view says of itself to those who let it through: said beside the view, asked by its function."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def only_closes(view: View) -> View:
    """For acts that only close, and show nothing: they wait for no password and for no day after a reset."""
    view.only_closes = True  # type: ignore[attr-defined]
    return view


def stands_in(view: View) -> View:
    """For the page that stands in for private pages while they are closed after a reset by mail."""
    view.stands_in = True  # type: ignore[attr-defined]
    return view


def shared_screen(view: View) -> View:
    """For the one page that stays open on a screen all three look at, while a session that was set is on."""
    view.shared_screen = True  # type: ignore[attr-defined]
    return view


def says(view: Callable[..., Any], what: Callable[[Any], Any]) -> bool:
    """Whether a view says this of itself: `says(view, only_closes)`."""
    return getattr(view, what.__name__, False)
