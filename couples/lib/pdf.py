"""A page as a PDF file, where the machine has the parts that WeasyPrint draws with (Pango); it loads nothing else."""

from functools import cache
from typing import Any


class NotHere(Exception):
    """This machine cannot make the file. The page can be printed instead."""


@cache
def _weasyprint() -> Any:
    """The library, loaded when it is first asked for. Raises NotHere where its system parts are missing."""
    try:
        import weasyprint
    except OSError as problem:
        raise NotHere from problem
    return weasyprint


def pdf_of(html: str, style: str = "") -> bytes:
    """The PDF of a whole HTML page in this style. Addresses in it are never followed. Raises NotHere."""
    library = _weasyprint()

    class Nothing(library.urls.URLFetcher):  # type: ignore[misc, name-defined]
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise library.urls.URLFetchingError("A sheet loads nothing.")

    made: bytes = library.HTML(string=html, url_fetcher=Nothing()).write_pdf(stylesheets=[library.CSS(string=style)])
    return made
