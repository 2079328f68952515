"""How a device reaches its server."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

CONNECT_SECONDS = 5
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class DeviceConnection:
    """Address and credential of one enrolled device.

    `host` beginning with "/" is the folder of a Unix socket. `secret` is the password of the device role, never shown.
    `sslrootcert` is the path of the clinic's own certificate authority, empty for the system's.
    """

    host: str
    port: int
    dbname: str
    role: str
    secret: str = field(repr=False)
    sslrootcert: str = ""
    organization: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the server is on this PC, where nothing crosses a network."""
        return self.host.startswith("/") or self.host in LOCAL_HOSTS

    def parameters(self, *, statement_seconds: float, application: str = "cura-desktop") -> dict[str, Any]:
        """Parameters of libpq (database.md section 10). Timeouts are sent at connecting, so they cost no round trip."""
        options = {
            "statement_timeout": f"{int(statement_seconds * 1000)}ms",
            "lock_timeout": f"{int(min(statement_seconds, 5.0) * 1000)}ms",
            "idle_in_transaction_session_timeout": "30s",
            "timezone": "UTC",
            "client_min_messages": "warning",
        }
        values: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "dbname": self.dbname,
            "user": self.role,
            "password": self.secret,
            "application_name": application,
            "connect_timeout": CONNECT_SECONDS,
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "gssencmode": "disable",
        }
        if not self.host.startswith("/"):
            values |= {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
            if sys.platform == "linux":
                values["tcp_user_timeout"] = 15_000
        return values | self._transport()

    def _transport(self) -> dict[str, str]:
        """Encryption: a server elsewhere must prove its name; without that proof nothing is sent to it."""
        if self.is_local:
            return {"sslmode": "disable"}
        return {
            "sslmode": "verify-full",
            "sslrootcert": self.sslrootcert or "system",
            "channel_binding": "require",
            "require_auth": "scram-sha-256",
        }
