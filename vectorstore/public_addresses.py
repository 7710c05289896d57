"""Tells the public internet from this machine and from the networks that it is part of.

An address can be public as such and still belong to this machine or to one beside it: with IPv6
nearly all do. What belongs here is read from the kernel (`/proc/net`), each time, because networks
come and go. Not known are the public address of a router in front of this machine, and networks
behind a second router.
"""

import ipaddress
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path

IP = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")  # all IPv6 addresses assigned to hosts
# `is_global` is true of these: protocol assignments (Oracle's metadata service), 6to4 relays, the
# host of a virtual machine at Azure, and addresses for documentation.
_NOT_PUBLIC = [
    ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20")
]
# Routes to a network without a router lead to neighbours, except those of a VPN, which send much of
# the internet into a tunnel in pieces. Judged: no public network of one's own is larger than this.
_WIDEST = {4: 16, 6: 29}  # bits of the prefix
_GATEWAY = 0x2  # RTF_GATEWAY of linux/route.h


def is_public(ip: IP) -> bool:
    """Return whether an address is public, also if it is an IPv4 address inside an IPv6 one.

    >>> is_public(IPv6Address("::ffff:127.0.0.1"))
    False
    """
    if (inner := _without_wrapping(ip)) is not ip:
        return is_public(inner)
    if isinstance(ip, IPv6Address) and (ip not in _UNICAST or ip.teredo or ip.sixtofour):
        return False  # tunnels of former days (RFC 7526), which lead wherever they say
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved)
        and not any(ip in net for net in _NOT_PUBLIC)
    )


def is_elsewhere(ip: IP, own: Iterable[Network] | None = None) -> bool:
    """Return whether an address is public and not one of this machine or of its own networks.

    `own` are these networks if they are not to be read from the kernel.
    """
    if not is_public(ip):
        return False
    reached = _without_wrapping(ip)
    networks = own_networks() if own is None else own
    return not any(reached.version == net.version and reached in net for net in networks)


def _without_wrapping(ip: IP) -> IP:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(ip, IPv6Address):
        return ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None) or ip
    return ip


def own_networks(folder: Path = Path("/proc/net")) -> set[Network]:
    """Return the addresses of this machine and the networks on its links, on every interface.

    `folder` has the tables of the kernel. A table that is missing (without IPv6, two are) or cannot
    be understood adds nothing.
    """
    tables: dict[str, Callable[[str], Iterator[Network]]] = {
        "fib_trie": own_ipv4,
        "route": linked_ipv4,
        "if_inet6": own_ipv6,
        "ipv6_route": linked_ipv6,
    }
    found: set[Network] = set()
    for name, networks in tables.items():
        with suppress(OSError, ValueError, IndexError):
            found.update(networks((folder / name).read_text(encoding="ascii")))
    return found


def own_ipv4(trie: str) -> Iterator[Network]:
    """Yield the addresses that `fib_trie` calls local, 127.0.0.0/8 among them."""
    address = ""
    for line in trie.splitlines():
        words = line.split()
        if words[:1] == ["|--"]:
            address = words[1]
        elif words[1:] == ["host", "LOCAL"]:
            yield IPv4Network(f"{address}{words[0]}", strict=False)


def linked_ipv4(route: str) -> Iterator[Network]:
    """Yield the networks that `route` reaches without a router."""
    for line in route.splitlines()[1:]:
        _, destination, _, flags, _, _, _, mask, *_ = line.split()
        if not int(flags, 16) & _GATEWAY:
            network = IPv4Network(f"{_ipv4(destination)}/{_ipv4(mask)}", strict=False)
            yield from _if_narrow(network)


def own_ipv6(if_inet6: str) -> Iterator[Network]:
    """Yield the addresses of `if_inet6`, each with the network that it is part of."""
    for line in if_inet6.splitlines():
        address, _, length, *_ = line.split()
        yield IPv6Network(int(address, 16))
        yield from _if_narrow(_ipv6(address, length))


def linked_ipv6(ipv6_route: str) -> Iterator[Network]:
    """Yield the networks and addresses that `ipv6_route` reaches without a router."""
    for line in ipv6_route.splitlines():
        address, length, _, _, _, _, _, _, flags, _ = line.split()
        if not int(flags, 16) & _GATEWAY:
            yield from _if_narrow(_ipv6(address, length))


def _if_narrow(network: Network) -> Iterator[Network]:
    if network.prefixlen >= _WIDEST[network.version]:
        yield network


def _ipv4(word: str) -> IPv4Address:
    """Return an address that the kernel writes as the hexadecimal number it has in memory."""
    return IPv4Address(int(word, 16).to_bytes(4, sys.byteorder))


def _ipv6(address: str, length: str) -> IPv6Network:
    return ipaddress.IPv6Network((int(address, 16), int(length, 16)), strict=False)
