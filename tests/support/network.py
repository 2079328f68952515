"""Tests reach nothing beyond this computer."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest


def forbid_network(patch: pytest.MonkeyPatch) -> None:
    """Makes every connection beyond loopback an error, with the address in the message."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_local(address[0]):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        connect(self, address)

    patch.setattr(socket.socket, "connect", guarded)


def _is_local(host: str) -> bool:
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
