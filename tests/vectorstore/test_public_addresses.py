"""What is the public internet, and what is this machine or its own network."""

import ipaddress
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from vectorstore.public_addresses import is_elsewhere, is_public, own_networks

ROOT = Path(__file__).parents[2]

# As kernel 6.18 writes them, with addresses of networks that anybody may have.
FIB_TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 81.2.69.0/24 2 0 2
        +-- 81.2.69.128/26 2 0 2
           |-- 81.2.69.128
              /26 link UNICAST
           |-- 81.2.69.142
              /32 host LOCAL
        |-- 81.2.69.191
           /32 link BROADCAST
Local:
  +-- 0.0.0.0/0 3 0 5
     +-- 127.0.0.0/8 2 0 2
        +-- 127.0.0.0/31 1 0 0
           |-- 127.0.0.0
              /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
     |-- 217.65.48.7
        /32 host LOCAL
"""
ROUTE = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t81450251\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t80450251\t00000000\t0001\t0\t0\t100\tC0FFFFFF\t0\t0\t0
eth1\t0030D5D4\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t00001F17\t81450251\t0003\t0\t0\t0\t0000FFFF\t0\t0\t0
tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0
tun0\t00000080\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0
tun0\t0000002C\t00000000\t0001\t0\t0\t0\t0000C0FF\t0\t0\t0
"""
IF_INET6 = """\
00000000000000000000000000000001 01 80 10 80       lo
2a0204800001000700fcfffe00010001 02 40 00 80     eth0
fe8000000000000000fc00fffe000001 02 40 20 80     eth0
2a03b0c0000300d00000000000000abc 03 80 00 80     eth1
"""
IPV6_ROUTE = """\
2a020480000100070000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
2a0404000000000000000000000000ff 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth1
2a060600000000000000000000000000 20 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000003 00000000 00000003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000003 00000000 00000003     eth0
20000000000000000000000000000000 03 00000000000000000000000000000000 00 00000000000000000000000000000000 00000400 00000001 00000000 00000001     tun0
00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000004 00000000 80200001       lo
"""


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The tables of a machine with two interfaces and a VPN."""
    if sys.byteorder != "little":
        pytest.skip("the table was written by a little-endian machine")
    for name, text in {
        "fib_trie": FIB_TRIE, "route": ROUTE, "if_inet6": IF_INET6, "ipv6_route": IPV6_ROUTE,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "ip",
    [
        "81.2.69.142",  # an own address
        "81.2.69.130",  # its neighbour
        "217.65.48.7",  # an own address of no network
        "212.213.48.9",  # a network of the second interface
        "::ffff:81.2.69.142",
        "64:ff9b::5102:458e",
        "2a02:480:1:7:fc:ff:fe01:1",  # the router's side of the first interface
        "2a02:480:1:7:fc:fffe:1:1",
        "2a03:b0c0:3:d0::abc",
        "2a04:400::ff",
    ],
)
def test_own_addresses_and_neighbours(ip: str, tables: Path) -> None:
    address = ipaddress.ip_address(ip)
    assert is_public(address)
    assert not is_elsewhere(address, own_networks(tables))


@pytest.mark.parametrize(
    "ip",
    [
        "81.2.69.192",  # beyond the prefix
        "81.2.69.127",
        "23.31.0.1",  # behind a router
        "8.8.8.8",  # what a VPN carries
        "200.1.2.3",
        "44.1.2.3",  # what a VPN carries in pieces
        "::ffff:8.8.8.8",
        "2a02:480:1:8::1",
        "2a03:b0c0:3:d0::abd",
        "2a04:400::fe",
        "2a06:600::1",
        "2001:4860:4860::8888",
        "64:ff9b::808:808",
    ],
)
def test_the_public_internet(ip: str, tables: Path) -> None:
    address = ipaddress.ip_address(ip)
    assert is_public(address)
    assert is_elsewhere(address, own_networks(tables))
    assert is_elsewhere(address, [])


def test_what_is_not_public_is_never_elsewhere() -> None:
    for ip in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"):
        assert not is_elsewhere(ipaddress.ip_address(ip), [])


def test_tables_that_are_missing_or_odd_add_nothing(tables: Path) -> None:
    (tables / "if_inet6").unlink()
    (tables / "route").write_text("Iface\nx\ny z")
    (tables / "ipv6_route").write_bytes(b"\xff\xfe")
    assert own_networks(tables) == {
        ipaddress.ip_network(net) for net in ("81.2.69.142/32", "217.65.48.7/32", "127.0.0.0/8", "127.0.0.1/32")
    }  # fmt: skip
    assert own_networks(tables / "none") == set()


def test_the_addresses_of_this_machine_are_known() -> None:
    known = own_networks()
    assert ipaddress.ip_network("127.0.0.0/8") in known
    for family, outside in (
        (socket.AF_INET, "8.8.8.8"),
        (socket.AF_INET6, "2001:4860:4860::8888"),
    ):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((outside, 53))  # of a datagram socket: nothing is sent
            except OSError:
                continue  # no such network here
            own = ipaddress.ip_address(probe.getsockname()[0])
        assert any(own.version == net.version and own in net for net in known)


_FETCH_FROM_OWN_ADDRESS = """
import fcntl, socket, struct, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from ingest.web import fetch
from vectorstore.errors import BadInput

SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFFLAGS = 0x8916, 0x891C, 0x8914
with socket.socket() as control:
    def set_address(request, ip):
        address = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(ip))
        fcntl.ioctl(control, request, struct.pack("16s16s8x", b"lo", address))
    set_address(SIOCSIFADDR, "81.2.69.142")
    set_address(SIOCSIFNETMASK, "255.255.255.0")
    fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", 1 | 8 | 64))  # up, running

asked = []
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>Private.")
    def log_message(self, *_): pass

server = HTTPServer(("81.2.69.142", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
try:
    fetch(f"http://81.2.69.142:{server.server_port}/")
except BadInput as error:
    print("refused:", error)
print("asked:", len(asked))
"""


def test_a_server_at_an_own_public_address_is_not_fetched_from() -> None:
    """In a network of the process's own, so that the machine's stays as it is."""
    unshare = shutil.which("unshare")
    alone = [unshare or "false", "--map-root-user", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a process have a network of its own")
    done = subprocess.run(
        [*alone, sys.executable, "-c", _FETCH_FROM_OWN_ADDRESS],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert "refused: http://81.2.69.142" in done.stdout
    assert "or is on your own network" in done.stdout
    assert "asked: 0" in done.stdout
