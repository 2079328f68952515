"""What the embedded server's `postgresql.conf` says, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

DESKTOP = {
    "max_connections": "100",
    "shared_buffers": "192MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "max_wal_size": "512MB",
    "min_wal_size": "80MB",
    "wal_compression": "on",
    # Neither pays for a clinic's short statements, and parallel workers need more /dev/shm than containers give.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "cluster_name": "cura-desktop",
}

# Nothing a person typed may reach the log: no parameter, no statement, not the DETAIL of an error ("Key (nhs_number)=
# (...)"), not a failed statement's message ("invalid input syntax for type date: ..."). The client gets those.
LOG = {
    "logging_collector": "on",
    "log_filename": "server-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_file_mode": "0600",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_checkpoints": "off",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "%m [%p] ",
}

# For tests alone: a power cut would destroy the data.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}


def render(settings: Mapping[str, str]) -> str:
    """The text of a configuration file."""
    lines = ["# Written at each start by Cura Desktop; changes made here are lost."]
    lines += [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    return "\n".join(lines) + "\n"


def _quoted(value: str | Path) -> str:
    return "'" + str(value).replace("\\", "/").replace("'", "''") + "'"
