"""A local address that messages are sent to: it keeps what comes, by path, and answers as it is told."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """``came`` holds the messages by the path's last step; ``answers`` maps it to a status and a body."""

    def __init__(self) -> None:
        self.url = ""
        self.came: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.answers: dict[str, tuple[int, str]] = {}

    def address(self, name: str) -> str:
        """An address in apprise's form."""
        return f"json://{self.url.removeprefix('http://')}/{name}"

    def texts(self, name: str) -> list[str]:
        """Title and text of what came, and forget it."""
        came = [f"{message['title']}\n{message['message']}" for message in self.came.pop(name, [])]
        assert all(len(text) <= 600 for text in came)
        return came


@contextmanager
def receiving() -> Iterator[Receiver]:
    """The receiver, on a free port of this machine, for as long as the block lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = self.path.partition("?")[0].rpartition("/")[2]
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = receiver.answers.get(name, (200, "{}"))
            if status == 200:
                receiver.came[name].append(content)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said.encode())))
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield receiver
        finally:
            server.shutdown()
