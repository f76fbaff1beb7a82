"""Which addresses a document may be fetched from, and which machines they may lead to.

What an address says is judged by what it leads to, never by how it is written: ``localhost.``, ``127.1``,
``0x7f000001`` and ``2130706433`` are all read by the system's resolver, and the machine that it gives is judged.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ingest.errors import UnreadableDocument

if TYPE_CHECKING:
    import httpx

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# A host's name and port to the addresses it stands for, in the order in which they are to be tried.
Resolver = Callable[[str, int], Sequence[str]]

SAVE_IT = "Open it in a browser, save the document and ingest the file."
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_SHARED = ipaddress.ip_network("100.64.0.0/10")
# Where clouds tell a machine its secrets, beside the link-local addresses: Azure, Alibaba, Amazon and Google by IPv6.
_SECRETS = frozenset(map(ipaddress.ip_address, ("168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254")))


def resolve(host: str, port: int) -> list[str]:
    """What the system's resolver says; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def is_public(address: str, *, allow_private: bool = False) -> bool:
    """Whether a machine's address is one of the public network.

    ``allow_private`` adds this machine and private networks, but nothing that no document comes from:
    link-local addresses and others where clouds keep a machine's secrets, multicast, reserved and unspecified
    ones, and Teredo tunnels (RFC 4380), which end wherever the packet says.
    """
    try:
        ip = _inner(ipaddress.ip_address(address))
    except ValueError:
        return False
    # fe80::/10 and 169.254/16 count as private in the library too, so these come first.
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip in _SECRETS:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.teredo:
        return False
    if allow_private and (ip.is_loopback or (ip.is_private and not ip.is_reserved) or _is_shared(ip)):
        return True
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False
    return ip.is_global and not ip.is_reserved


def _inner(ip: IPAddress) -> IPAddress:
    """The address itself without its zone, or the IPv4 address that it leads to: mapped, 6to4 (RFC 3056) or
    NAT64 (RFC 6052)."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    ip = ipaddress.IPv6Address(int(ip))
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _is_shared(ip: IPAddress) -> bool:
    """Carrier-grade NAT (RFC 6598), which the library counts neither as private nor as global."""
    return isinstance(ip, ipaddress.IPv4Address) and ip in _SHARED


def judge_address(address: str, named: str | None = None) -> "httpx.URL":
    """An address as parsed, without its fragment; ``named`` is what messages call it.

    Raises UnreadableDocument for one that Pacta does not follow.
    """
    import httpx

    named = named or address
    try:
        url = httpx.URL(address)
        host, port = url.host, url.port
    except (httpx.InvalidURL, ValueError) as error:  # a host that only looks like an international one
        raise UnreadableDocument(named, f"this is no valid address ({error}).", "Check it.") from error
    if url.scheme == "file":
        raise UnreadableDocument(named, "this is the address of a file.", "Give the file's path.")
    if url.scheme not in ("http", "https"):
        reason = f"Pacta fetches http and https addresses, not {url.scheme or 'others'}."
        raise UnreadableDocument(named, reason, SAVE_IT)
    if url.userinfo:
        raise UnreadableDocument(
            without_secrets(url) if named == address else named,
            "the address holds a user name or password, which would be kept in the index.",
            "Fetch it yourself and ingest the file.",
        )
    if not host:
        raise UnreadableDocument(named, "the address names no host.", "Check it.")
    if port is not None and not 0 < port < 65536:
        raise UnreadableDocument(named, f"this is no valid address (there is no port {port}).", "Check it.")
    return url.copy_with(fragment=None)


def without_secrets(url: "httpx.URL") -> str:
    """An address as it can be shown: without the user name and password that may be in it."""
    return str(url.copy_with(username="", password="")) if url.userinfo else str(url)


def follow(place: "httpx.URL", location: str, asked: str) -> "httpx.URL":
    """Where a redirect leads from ``place``; raises UnreadableDocument where Pacta does not follow it."""
    import httpx

    named = f"{asked} (redirected)"
    try:
        following = place.join(location)
        shown = without_secrets(following)
    except (httpx.InvalidURL, ValueError) as error:
        raise UnreadableDocument(named, f"it leads to no valid address ({error}).", SAVE_IT) from error
    if place.scheme == "https" and following.scheme == "http":
        raise UnreadableDocument(
            named, f"it leads from https to {shown}, where anybody on the way could change the text.", SAVE_IT
        )
    return judge_address(str(following), redirected(asked, shown))


def redirected(asked: str, place: str) -> str:
    """What messages call an address: the one asked for, with the one that it led to."""
    return asked if place == asked else f"{asked} (redirected to {place})"
