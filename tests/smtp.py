"""A small mail server for tests: it takes letters, or is slow, busy, or refuses, as it is told."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message


class MailServer(socketserver.ThreadingTCPServer):
    """`received` holds what it took, `tries` each address that was asked for, `connections` how often it was called."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.received: list[Message] = []
        self.tries: list[str] = []
        self.connections = 0
        # Seconds before it says that it took a letter
        self.slow = 0.0
        # What it answers to an address, if not 250: by address, or "*" for all
        self.refuses: dict[str, int] = {}
        # What it says when it is called
        self.greeting = 220
        # Breaks the line after it took a letter, before it says so
        self.drops = False

    @property
    def port(self) -> int:
        return self.server_address[1]

    def keys(self) -> list[str]:
        return sorted(str(letter["X-Delivery-Key"]) for letter in self.received)


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        self._say(self.server.greeting)
        for line in iter(self.rfile.readline, b""):
            word = line[:4].upper()
            if word == b"QUIT":
                self._say(221)
                return
            if word == b"DATA":
                self._say(354)
                if not self._take():
                    return
            else:
                self._say(self._answer(word, line))

    def _answer(self, word: bytes, line: bytes) -> int:
        if word != b"RCPT":
            return 250
        address = line.decode().partition("<")[2].partition(">")[0]
        self.server.tries.append(address)
        return self.server.refuses.get(address, self.server.refuses.get("*", 250))

    def _take(self) -> bool:
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            lines.append(line)
        time.sleep(self.server.slow)
        self.server.received.append(message_from_bytes(b"".join(lines)))
        if self.server.drops:
            return False
        self._say(250)
        return True

    def _say(self, code: int) -> None:
        self.wfile.write(b"%d .\r\n" % code)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
