"""HTTP/1 messages out of the two byte streams of a connection."""

import math
import re

REQUEST = re.compile(rb"^([A-Z]+) (\S+) HTTP/1\.[01]\r\n")
RESPONSE = re.compile(rb"^HTTP/1\.[01] (\d{3})")


class Reader:
    """Splits one direction's bytes into messages: {first, headers, bodyBytes, at, endAt}."""

    def __init__(self, start, to_head=lambda: False):
        """`to_head` tells whether the next response answers a HEAD request, so has no body."""
        self._start = start
        self._to_head = to_head
        self._buffer = b""
        self._message = None
        self._left = 0  # bytes of the body still to come; None: chunked
        self._seen = 0.0

    def add(self, data, at):
        """Messages that are complete now."""
        self._buffer += data
        self._seen = at
        done = []
        while True:
            if self._message is None and not self._head(at):
                return done
            if not self._body():
                return done
            self._message["endAt"] = at
            done.append(self._message)
            self._message = None

    def flush(self):
        """The message whose end only the end of the connection shows, if there is one."""
        if self._message is None:
            return []
        self._message["endAt"] = self._seen
        message, self._message = self._message, None
        return [message]

    def _head(self, at):
        end = self._buffer.find(b"\r\n\r\n")
        match = self._start.match(self._buffer)
        if end < 0 or match is None:
            # Bytes that begin no message (TLS, the middle of a body) are of no use.
            if match is None and len(self._buffer) > 16:
                self._buffer = b""
            return False
        lines = self._buffer[:end].decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        self._buffer = self._buffer[end + 4 :]
        self._message = {"match": match, "headers": headers, "bodyBytes": 0, "at": at}
        self._left = self._body_bytes(match, headers)
        return True

    def _body_bytes(self, match, headers):
        """Bytes of the body, None for chunks, infinity when the end of the connection ends it."""
        if self._start is RESPONSE:
            if match[1].startswith(b"1") or match[1] in (b"204", b"304") or self._to_head():
                return 0
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return None
        length = headers.get("content-length", "")
        if length.isdigit():
            return int(length)
        return 0 if self._start is REQUEST else math.inf

    def _body(self):
        if self._left is None:
            return self._chunks()
        taken = min(self._left, len(self._buffer))
        self._buffer = self._buffer[taken:]
        self._left -= taken
        self._message["bodyBytes"] += taken
        return self._left == 0

    def _chunks(self):
        while True:
            end = self._buffer.find(b"\r\n")
            if end < 0:
                return False
            try:
                size = int(self._buffer[:end].split(b";")[0], 16)
            except ValueError:
                self._buffer = b""
                return True
            if len(self._buffer) < end + 2 + size + 2:
                return False
            self._buffer = self._buffer[end + 2 + size + 2 :]
            self._message["bodyBytes"] += size
            if size == 0:
                return True


class Conversation:
    """Pairs the requests of one connection with their responses, in order."""

    def __init__(self):
        self._open = []
        self._requests = Reader(REQUEST)
        self._responses = Reader(RESPONSE, self._answers_head)

    def _answers_head(self):
        return bool(self._open) and self._open[0]["match"][1] == b"HEAD"

    def from_client(self, data, at):
        self._open += self._requests.add(data, at)

    def from_server(self, data, at):
        """Exchanges that are complete now: (request, response) pairs."""
        return self._pair(self._responses.add(data, at))

    def end(self):
        """The last exchanges, and the requests that were never answered: (request, None)."""
        pairs = self._pair(self._responses.flush())
        pairs += [(request, None) for request in self._open]
        self._open = []
        return pairs

    def _pair(self, responses):
        final = [response for response in responses if not response["match"][1].startswith(b"1")]
        pairs = [(self._open.pop(0), response) for response in final if self._open]
        return pairs
