"""Pages are compressed on their way, and nothing else is (docs/decisions/0050-...)."""

from typing import Any

from django.middleware.gzip import GZipMiddleware

READS = ("GET", "HEAD")


class CompressMiddleware(GZipMiddleware):
    """Django's own, which adds random bytes to each answer, for pages that were asked for.

    An answer to something that was sent, such as a search of one's own words, goes as it is: whoever chose what is
    searched for could tell from the size whether it was found. Files are sent as they were made.
    """

    def process_response(self, request: Any, response: Any) -> Any:
        """The answer, compressed where it is a page and the browser takes it so."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if request.method not in READS or response.streaming or not is_page:
            return response
        return super().process_response(request, response)
