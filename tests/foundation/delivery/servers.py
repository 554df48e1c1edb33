"""Real servers on this machine: one takes mail, one takes posts; each misbehaves as it is told."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_SECONDS = 180


@dataclass
class MailSink:
    """What it was told to answer, and what it took. ``hold``: it waits there until let go.

    ``answers`` by command; the one of ``TEXT`` follows the text itself, and None is to hang up.
    """

    port: int = 0
    answers: dict[str, str | None] = field(default_factory=dict)
    texts: list[bytes] = field(default_factory=list)
    hold: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        read = (message_from_bytes(text, policy=policy.default) for text in self.texts)
        return [mail for mail in read if isinstance(mail, EmailMessage)]

    def wait_at(self, command: str) -> None:
        if self.hold == command:
            self.reached.set()
            self.let_go.wait(PATIENCE_SECONDS)


USUAL = {
    "GREETING": "220 sink",
    "EHLO": "250 sink",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "TEXT": "250 taken",
    "QUIT": "221 bye",
    "RSET": "250 ok",
}


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        try:
            self._talk(self.server.sink)  # type: ignore[attr-defined]  # set below
        except OSError:
            return  # the other side was killed

    def _talk(self, sink: MailSink) -> None:
        if not self._say(sink, "GREETING"):
            return
        for line in self.rfile:
            command = line[:4].decode().upper()
            if not self._say(sink, command) or command == "QUIT":
                return
            if command == "DATA" and sink.answers.get("DATA", USUAL["DATA"]) == USUAL["DATA"]:
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                if sink.answers.get("TEXT", "250").__class__ is str:
                    sink.texts.append(text)
                if not self._say(sink, "TEXT"):
                    return

    def _say(self, sink: MailSink, command: str) -> bool:
        sink.wait_at(command)
        answer = sink.answers.get(command, USUAL.get(command, "500 what?"))
        if answer is None:
            return False
        self.wfile.write(answer.encode() + b"\r\n")
        return True


class _MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    sink: MailSink


@contextmanager
def mail_sink(**told: Any) -> Iterator[MailSink]:
    """A mail server that keeps what it takes."""
    with _MailServer(("127.0.0.1", 0), _Talk) as server:
        server.sink = MailSink(port=server.server_address[1], **told)
        with _served(server):
            yield server.sink
            server.sink.let_go.set()


@dataclass
class PostSink:
    """Answers each post with the next of ``answers``, the last one for ever; None hangs up."""

    port: int = 0
    answers: list[tuple[int, Mapping[str, str], str] | None] = field(
        default_factory=lambda: [(200, {}, "ok")]
    )
    bodies: list[Any] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/T0/secret?sig=1"


class _Post(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        sink: PostSink = self.server.sink  # type: ignore[attr-defined]  # set below
        sink.paths.append(self.path)
        sink.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        answer = sink.answers.pop(0) if len(sink.answers) > 1 else sink.answers[0]
        if answer is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        status, headers, text = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_args: object) -> None:
        return


class _PostServer(ThreadingHTTPServer):
    daemon_threads = True
    sink: PostSink


@contextmanager
def post_sink(*answers: tuple[int, Mapping[str, str], str] | None) -> Iterator[PostSink]:
    """A web server that keeps what is posted to it."""
    with _PostServer(("127.0.0.1", 0), _Post) as server:
        server.sink = PostSink(port=server.server_address[1])
        if answers:
            server.sink.answers = list(answers)
        with _served(server):
            yield server.sink


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
