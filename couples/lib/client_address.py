"""From which address of the network a request came, read from what proxies wrote down."""

import ipaddress
import re
from typing import Final

UNKNOWN: Final = "0.0.0.0"  # where nobody wrote down anything that is an address
WITH_PORT: Final = re.compile(r"\[(?P<six>[^\]]*)\](:\d*)?|(?P<four>[0-9.]+):\d*")


def client_address(forwarded: str, peer: str, proxies: int) -> str:
    """The address of who asked, behind so many proxies of our own, each of which added one to `forwarded`
    (X-Forwarded-For); `peer` is who called the server itself.

    What was written further out than our own proxies may be invented and is not read. Where the outermost of ours wrote
    no address ("unknown", a path, nothing), the next one's counts, and `peer` last: nobody is refused for it. Gives an
    IPv4 or IPv6 address without port, brackets or zone; "0.0.0.0" where there is none.
    """
    written = [part.strip() for part in forwarded.split(",")][-proxies:] if proxies else []
    for each in (*written, peer):
        address = _read(each)
        if address is not None:
            return address
    return UNKNOWN


def _read(text: str) -> str | None:
    found = WITH_PORT.fullmatch(text)
    bare = (found["six"] or found["four"] or "") if found else text
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)  # else all of IPv4 would be one IPv6 network
    return str(address)
