# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that are no engine, or one that does not take the window's worker, or the way to one: each is a thread, and ends
with the test."""
import base64
import contextlib
import hashlib
import http.server
import json
import re
import socket
import threading


def open_websocket(peer):
    """Answers a client's handshake."""
    key = re.search(rb"Sec-WebSocket-Key: *(\S+)", peer.recv(65536), re.IGNORECASE)[1]
    answer = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 b"Sec-WebSocket-Accept: " + answer + b"\r\n\r\n")


def serve(greet):
    """The address of a server that opens every WebSocket, and then does this to it."""
    def accept(listener):
        open_ones = []
        while True:
            peer = listener.accept()[0]
            open_ones.append(peer)
            open_websocket(peer)
            greet(peer)

    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=accept, args=(listener,), daemon=True).start()
    return f"ws://127.0.0.1:{listener.getsockname()[1]}"


def mute_server():
    """Says nothing, as a service that is no engine does."""
    return serve(lambda peer: None)


def name_is_taken(greeted=None):
    """Greets every worker, and takes none: another one has its name. @greeted gets one entry for each."""
    def greet(peer):
        if greeted is not None:
            greeted.append(peer)
        for message in ({"type": "workerregistered", "worker_id": "f4a1"},
                        {"type": "registrationrejected", "code": "WORKER_NAMESPACE_CONFLICT", "namespace": "default",
                         "worker_name": "weir", "owner_worker_id": "b2c3"}):
            text = json.dumps(message).encode()
            head = bytes([0x81, len(text)]) if len(text) < 126 else bytes([0x81, 126]) + len(text).to_bytes(2, "big")
            peer.sendall(head + text)
    return serve(greet)


def web_server():
    """Answers as a server of web pages does."""
    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # pylint: disable=invalid-name -- the name that is called
            self.send_error(404)

        def log_message(self, *_args):  # pylint: disable=arguments-differ
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"ws://127.0.0.1:{server.server_port}"


class Way:
    """A way to an engine that can be closed, as when a network breaks: the engine goes on. Its address is .url."""

    def __init__(self, url):
        host, port = re.fullmatch(r"ws://(.*):(\d+)", url).groups()
        self.target, self.ends, self.is_open = (host, int(port)), [], True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            near = self.listener.accept()[0]
            if not self.is_open:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.ends += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    @staticmethod
    def _pass_on(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self):
        """Whoever goes it falls, and nobody comes to it."""
        self.is_open = False
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def open(self):
        """It can be gone again."""
        self.is_open = True
