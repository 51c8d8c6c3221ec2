"""Print a page as PDF where no network is and every name that is asked for is counted; print the names.

To be run in namespaces of its own: unshare --net --mount python count_lookups.py PAGE PDF RESOLV
"""

import fcntl
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from bilan.publish import pdf

IFUP, FLAGS = 1, 0x8914  # IFF_UP and SIOCSIFFLAGS of <linux/if.h>


def name_of(question: bytes) -> str:
    """Return the name a question of DNS asks for."""
    parts, at = [], 12
    while length := question[at]:
        parts.append(question[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return ".".join(parts)


def main(page: str, printed: str, resolv: str) -> None:
    """Bring up a network that ends at this machine, whose names a counter answers, and print."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, FLAGS, struct.pack("16sh", b"lo", IFUP))
    Path(resolv).write_text("nameserver 127.0.0.1\n", encoding="utf-8")
    subprocess.run(["mount", "--bind", resolv, str(Path("/etc/resolv.conf").resolve())], check=True)
    counter = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    counter.bind(("127.0.0.1", 53))

    def count() -> None:
        while True:
            question, asker = counter.recvfrom(4096)
            print(name_of(question), flush=True)
            counter.sendto(question[:2] + b"\x81\x83" + question[4:], asker)  # there is no such name

    threading.Thread(target=count, daemon=True).start()
    with suppress(OSError):
        socket.getaddrinfo("counted.example", 80)  # the counter counts
    assert pdf.print_page(Path(page), Path(printed), Path(printed).parent / "kept") == ""


main(*sys.argv[1:])
