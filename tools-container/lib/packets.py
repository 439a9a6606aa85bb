"""TCP payloads off the wire, for capturing without tcpdump's help: needs NET_RAW."""

import collections
import ipaddress
import socket
import struct
import time

Segment = collections.namedtuple("Segment", "source target sequence syn fin payload at")
"""One TCP segment. `source` and `target` are (address, port); `at` is epoch seconds."""

IPV4, IPV6, TCP, PACKET_OUTGOING = 0x0800, 0x86DD, 6, 4


def parse(packet, at):
    """An IP packet → Segment, or None when it is no whole TCP segment."""
    if len(packet) < 20:
        return None
    if packet[0] >> 4 == 4:
        start = (packet[0] & 15) * 4
        end = struct.unpack_from("!H", packet, 2)[0]
        fragment = struct.unpack_from("!H", packet, 6)[0] & 0x3FFF
        if packet[9] != TCP or fragment:
            return None
        addresses = packet[12:16], packet[16:20]
    elif packet[0] >> 4 == 6 and len(packet) >= 40:
        start, end = 40, 40 + struct.unpack_from("!H", packet, 4)[0]
        if packet[6] != TCP:
            return None
        addresses = packet[8:24], packet[24:40]
    else:
        return None
    # Offloading leaves the length 0 on packets larger than an IP packet can be.
    end = end if start < end <= len(packet) else len(packet)
    if end - start < 20:
        return None
    source_port, target_port, sequence = struct.unpack_from("!HHI", packet, start)
    flags = packet[start + 13]
    data = start + (packet[start + 12] >> 4) * 4
    source, target = (str(ipaddress.ip_address(address)) for address in addresses)
    return Segment(
        (source, source_port), (target, target_port), sequence,
        bool(flags & 2), bool(flags & 5), packet[data:end], at,
    )  # fmt: skip


def capture(seconds):
    """Segments that pass any interface of this network namespace, until the time is up."""
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003))
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    end = time.monotonic() + seconds
    with wire:
        while (left := end - time.monotonic()) > 0:
            wire.settimeout(left)
            try:
                packet, (interface, protocol, kind, _, _) = wire.recvfrom(1 << 17)
            except (socket.timeout, TimeoutError):
                return
            # What goes over loopback is seen twice, out and in.
            if protocol not in (IPV4, IPV6) or (interface == "lo" and kind == PACKET_OUTGOING):
                continue
            segment = parse(packet, time.time())
            if segment:
                yield segment


class Stream:
    """One direction of a connection: segments in, bytes in order out."""

    def __init__(self):
        self._next = None
        self._early = {}

    def add(self, segment):
        """The bytes that are in order now. A stream that was open before starts where it is seen."""
        if segment.syn:
            self._next = (segment.sequence + 1) & 0xFFFFFFFF
            self._early.clear()
            return b""
        if not segment.payload:
            return b""
        if self._next is None:
            self._next = segment.sequence
        self._early[segment.sequence] = segment.payload
        ready = b""
        while self._next in self._early:
            payload = self._early.pop(self._next)
            ready += payload
            self._next = (self._next + len(payload)) & 0xFFFFFFFF
        # A segment that the kernel dropped never comes again: go on behind the gap.
        if len(self._early) > 64:
            self._next = min(self._early)
        return ready
