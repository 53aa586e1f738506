"""The tables of the first release.

That release made them without Alembic. So what is there already is left as it is, and a database of that release is
taken over by the same statements that make a new one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
        if_not_exists=True,
    )
    op.create_table(
        "review",
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("diagnosis", sa.String(), nullable=True),
        sa.Column("proven_by", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("user_no", sa.Integer(), nullable=False),
        sa.Column("written_on", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("site_no", "position"),
        if_not_exists=True,
    )
    op.create_index("review_case", "review", ["case_no"], if_not_exists=True)
    op.create_table(
        "server",
        sa.Column("only", sa.Integer(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("only"),
        if_not_exists=True,
    )
    op.create_table(
        "site",
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_no"),
        sa.UniqueConstraint("name"),
        if_not_exists=True,
    )
    op.create_table(
        "user_account",
        sa.Column("user_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("user_no"),
        sa.UniqueConstraint("name"),
        if_not_exists=True,
    )
    op.create_table(
        "case_summary",
        sa.Column("case_no", sa.Integer(), nullable=False),
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("received_month", sa.String(), nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("danger_signs", sa.Integer(), nullable=False),
        sa.Column("disagreements", sa.Integer(), nullable=False),
        sa.Column("review_state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_no"],
            ["site.site_no"],
        ),
        sa.PrimaryKeyConstraint("case_no"),
        sa.UniqueConstraint("case_id", "site_no"),
        if_not_exists=True,
    )
    op.create_index("case_condition", "case_summary", ["condition", "case_no"], if_not_exists=True)
    op.create_index("case_differs", "case_summary", ["disagreements", "case_no"], if_not_exists=True)
    op.create_index("case_review", "case_summary", ["review_state", "case_no"], if_not_exists=True)
    op.create_index("case_urgency", "case_summary", ["urgency", "case_no"], if_not_exists=True)
    op.create_table(
        "device",
        sa.Column("device_no", sa.Integer(), nullable=False),
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("tablet_no", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("is_revoked", sa.Boolean(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column("next_nonce", sa.String(), nullable=True),
        sa.Column("challenges_used", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("app_version", sa.String(), nullable=False),
        sa.Column("knowledge_version", sa.String(), nullable=False),
        sa.Column("last_seen_on", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_no"],
            ["site.site_no"],
        ),
        sa.PrimaryKeyConstraint("device_no"),
        sa.UniqueConstraint("device"),
        sa.UniqueConstraint("site_no", "tablet_no"),
        if_not_exists=True,
    )
    op.create_table(
        "enrolment_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Integer(), nullable=False),
        sa.Column("selector", sa.String(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("used_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_no"],
            ["site.site_no"],
        ),
        sa.PrimaryKeyConstraint("code_hash"),
        if_not_exists=True,
    )
    op.create_index("ix_enrolment_code_selector", "enrolment_code", ["selector"], if_not_exists=True)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_no", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("last_seen_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_no"],
            ["user_account.user_no"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
        if_not_exists=True,
    )
    op.create_table(
        "site_epoch",
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_no"],
            ["site.site_no"],
        ),
        sa.PrimaryKeyConstraint("site_no"),
        if_not_exists=True,
    )
    op.create_table(
        "batch",
        sa.Column("device_no", sa.Integer(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_no"],
            ["device.device_no"],
        ),
        sa.PrimaryKeyConstraint("device_no", "first_seq"),
        if_not_exists=True,
    )
    op.create_table(
        "entry",
        sa.Column("device_no", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("erased_hash", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_no"],
            ["device.device_no"],
        ),
        sa.PrimaryKeyConstraint("device_no", "seq"),
        if_not_exists=True,
    )
    op.create_index("entry_case", "entry", ["case_no"], if_not_exists=True)
    op.create_index("entry_position", "entry", ["site_no", "position"], unique=True, if_not_exists=True)
    op.create_table(
        "quarantine",
        sa.Column("device_no", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("is_in_chain", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_no"],
            ["device.device_no"],
        ),
        sa.PrimaryKeyConstraint("device_no", "seq", "hash"),
        if_not_exists=True,
    )
