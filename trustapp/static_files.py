"""Files of the look, named by their content in production so that a browser keeps each for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Collected(CompressedManifestStaticFilesStorage):
    """Whitenoise's, but a file that is not there costs a page its look, never the page.

    The start refuses where files are missing (`trustapp/start.py`); this is for when they go missing later.
    """

    def stored_name(self, name: str) -> str:
        """The name with its digest, or the plain one where nothing was collected under it."""
        try:
            return super().stored_name(name)
        except ValueError:
            return name
