"""A small client of the Redis protocol (RESP2), for the scripts that watch a server."""

import socket


class RedisError(Exception):
    """The server answered with an error."""


class Redis:
    def __init__(self, host, port, password=None, timeout=5):
        self._socket = socket.create_connection((host, port), timeout)
        self._file = self._socket.makefile("rb")
        if password:
            self.call("AUTH", password)

    def call(self, *words):
        self.send(*words)
        return self.read()

    def send(self, *words):
        parts = [str(word).encode() for word in words]
        head = b"*%d\r\n" % len(parts)
        self._socket.sendall(head + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))

    def settimeout(self, seconds):
        self._socket.settimeout(seconds)

    def read(self):
        line = self._file.readline()
        if not line:
            raise ConnectionError("the server closed the connection")
        mark, rest = line[:1], line[1:-2]
        if mark == b"+":
            return rest.decode()
        if mark == b"-":
            raise RedisError(rest.decode())
        if mark == b":":
            return int(rest)
        if mark == b"$":
            length = int(rest)
            return None if length < 0 else self._file.read(length + 2)[:-2].decode(errors="replace")
        if mark == b"*":
            return [self.read() for _ in range(int(rest))]
        raise RedisError(f"unexpected answer {line!r}")
