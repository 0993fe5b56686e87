"""A mail server that takes every letter, slowly, and counts them by their subject."""

import socketserver
import threading
import time
from collections import Counter


class LetterBox(socketserver.ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1 until the process ends."""

    daemon_threads = True

    def __init__(self, takes: float = 0.02) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.takes, self.subjects = takes, Counter[str]()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_address[1]


class _Talk(socketserver.StreamRequestHandler):
    server: LetterBox

    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                self._letter()
                time.sleep(self.server.takes)
                self._say("250 taken")
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 well")

    def _letter(self) -> None:
        for line in self.rfile:
            if line.startswith(b"Subject: "):
                self.server.subjects[line[9:].decode().strip()] += 1
            if line == b".\r\n":
                return

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
