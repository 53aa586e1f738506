"""The tables, one a file. A row never leaves the repositories: callers get the core's own values."""

from sync_server.tables import (  # noqa: F401 (each import makes a table known)
    attempt_row,
    audit_row,
    batch_row,
    case_row,
    device_row,
    enrolment_code_row,
    entry_row,
    knowledge_release_row,
    link_row,
    quarantine_row,
    recovery_code_row,
    review_row,
    server_key_row,
    server_row,
    session_row,
    site_epoch_row,
    site_row,
    user_row,
    witnessed_row,
)
