"""Whether a packet could leave the tablet at all. Asking sends nothing and wakes no radio."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

_ELSEWHERE = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))
"""Addresses kept for documentation (RFC 5737, RFC 3849): nobody has them, so they are behind any way out."""
_DISCARD = 9


def has_way_out(server_url: str) -> bool:
    """Tell whether the tablet has a network through which this server could be reached."""
    host = urlsplit(server_url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        # A name can only be looked up by asking the network. A server of the clinic's own house has mostly a number.
        return host == "localhost" or any(_has_route(address, family) for address, family in _ELSEWHERE)
    return _has_route(host, socket.AF_INET if address.version == 4 else socket.AF_INET6)


def _has_route(address: str, family: socket.AddressFamily) -> bool:
    try:
        # Joining a datagram socket only looks the route up.
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, _DISCARD))
    except OSError:
        return False
    return True
