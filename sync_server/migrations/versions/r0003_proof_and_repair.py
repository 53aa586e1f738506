"""A log of what was done that only grows; what a site holds, in one number; entries that other tablets bring back.

Every site and tablet gets the count and digest of its readable entries, worked out here from the entries once. The
server gets the keys to which tablets seal what is carried to it without a network.
"""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ONLY_GROWS = "The audit log only grows."
_COURSE = ("age_days", "healed_days", "followed_days", "sequelae", "dying_skin", "onset_days", "calcium_days")


def upgrade() -> None:
    _audit()
    _holds()
    _witnessed()
    _server_key()
    _links()
    _desk()
    _second_step()
    _knowledge()
    _exports()
    _answers()
    _alerts()
    _scores()
    # The first release knows no Alembic; this is where it looks, and then says that it is too old.
    op.execute("UPDATE server SET schema_version = 3")


# The log of what was done


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("on_day", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("audit_actor", "audit", ["actor", "number"])
    op.create_index("audit_action", "audit", ["action", "number"])
    # Where it ends is noted apart, so that a log whose end was cut off does not look whole.
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("server", sa.Column("audit_number", number, server_default="0", nullable=False))
    op.add_column("server", sa.Column("audit_hash", sa.LargeBinary(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_ONLY_GROWS}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE ON audit "
            "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()"
        )
        op.execute(
            "CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
        )
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{_ONLY_GROWS}'); END"
            )


# What a site and each of its tablets hold: count and digest of their readable entries


def _holds() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for table in ("site", "device"):
        op.add_column(table, sa.Column("holds_count", number, server_default="0", nullable=False))
        op.add_column(table, sa.Column("holds_digest", sa.String(), server_default="0" * 32, nullable=False))
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT entry.site_no, entry.device_no, device.device, entry.seq, case_summary.case_id, entry.payload"
            " FROM entry JOIN device ON device.device_no = entry.device_no"
            " JOIN case_summary ON case_summary.case_no = entry.case_no WHERE entry.payload IS NOT NULL"
        ),
        execution_options={"yield_per": 1000},
    )
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for site_no, device_no, device, seq, case_id, payload in rows:
        body = {**json.loads(payload), "device": device, "seq": seq, "case_id": case_id}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        part = int.from_bytes(sha256(text.encode()).digest()[:16])
        for place in (("site", site_no), ("device", device_no)):
            count, digest = found.get(place, (0, 0))
            found[place] = count + 1, digest ^ part
    for (table, number_of_it), (count, digest) in found.items():
        row = sa.table(table, sa.column(f"{table}_no"), sa.column("holds_count"), sa.column("holds_digest"))
        connection.execute(
            row.update()
            .where(row.c[f"{table}_no"] == number_of_it)
            .values(holds_count=count, holds_digest=f"{digest:032x}")
        )


# Entries that another tablet than their author has brought back


def _witnessed() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "witnessed",
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("seq", number, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("brought_by", sa.Integer(), nullable=False),
        sa.Column("is_conflict", sa.Boolean(), nullable=False),
        sa.Column("position", number, nullable=False),
        sa.ForeignKeyConstraint(["site_no"], ["site.site_no"]),
        sa.ForeignKeyConstraint(["brought_by"], ["device.device_no"]),
        sa.PrimaryKeyConstraint("site_no", "device", "seq", "hash"),
    )
    op.create_index("witnessed_case", "witnessed", ["site_no", "case_id"])
    op.create_index("witnessed_position", "witnessed", ["site_no", "position"])


# Which cases are of the same child, and a coordinator's word that they are not


def _links() -> None:
    op.create_table(
        "case_link",
        sa.Column("case_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_no"], ["site.site_no"]),
        sa.PrimaryKeyConstraint("case_no", "link"),
    )
    op.create_index("case_link_link", "case_link", ["site_no", "link"])
    op.add_column("review", sa.Column("apart", sa.String(), nullable=True))


# The keys of what is carried without a network; they are made where the other row of the server is


def _server_key() -> None:
    op.create_table(
        "server_key",
        sa.Column("only", sa.Integer(), nullable=False),
        sa.Column("box_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("only"),
    )


# What the coordinator's desk asks for: when a case arrived, what it was in the end, and who may see what


def _desk() -> None:
    op.add_column("case_summary", sa.Column("received_week", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("case_summary", sa.Column("diagnosis", sa.String(), server_default=sa.text("''"), nullable=False))
    op.execute(
        "UPDATE case_summary SET diagnosis = COALESCE((SELECT review.diagnosis FROM review"
        " WHERE review.case_no = case_summary.case_no ORDER BY review.position DESC LIMIT 1), '')"
        " WHERE NOT is_withdrawn"
    )
    _case_list()
    # Who could sign in before could see everything.
    op.add_column("user_account", sa.Column("role", sa.String(), server_default="district_lead", nullable=False))
    op.add_column("user_account", sa.Column("language", sa.String(), server_default=sa.text("''"), nullable=False))
    op.create_table(
        "user_site",
        sa.Column("user_no", sa.Integer(), nullable=False),
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_no"], ["user_account.user_no"]),
        sa.ForeignKeyConstraint(["site_no"], ["site.site_no"]),
        sa.PrimaryKeyConstraint("user_no", "site_no"),
    )


# What the list of cases filters by, besides; it is held in memory, so that no push has to keep indexes for it


def _case_list() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("followed", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("seen_day", sa.Integer(), server_default=sa.text("-1"), nullable=False),
        sa.Column("outcome", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("had_antibiotics", sa.Integer(), server_default=sa.text("0"), nullable=False),
        # What reports count; -1 where nobody says it.
        *(sa.Column(name, sa.Integer(), server_default=sa.text("-1"), nullable=False) for name in _COURSE),
        sa.Column("knowledge", sa.String(), server_default=sa.text("''"), nullable=False),
    )
    for column in columns:
        op.add_column("case_summary", column)
    for name in ("case_urgency", "case_review", "case_condition", "case_differs"):
        op.drop_index(name, "case_summary")
    # How likely the tool's first diagnosis is stands in the entries, and is put into words when it is shown.
    op.drop_column("case_summary", "verdict")
    op.create_index("review_day", "review", ["written_on"])
    op.create_table(
        "saved_view",
        sa.Column("view_no", sa.Integer(), nullable=False),
        sa.Column("user_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_no"], ["user_account.user_no"]),
        sa.PrimaryKeyConstraint("view_no"),
        sa.UniqueConstraint("user_no", "name"),
    )


# The second step of signing in


def _second_step() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for column in (
        sa.Column("is_disabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("password_ends_at", number, nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", number, server_default=sa.text("0"), nullable=False),
    ):
        op.add_column("user_account", column)
    # Whoever is signed in with a password alone has the second step before him.
    op.add_column("session", sa.Column("is_whole", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("session", sa.Column("new_secret", sa.LargeBinary(), nullable=True))
    op.create_table(
        "recovery_code",
        sa.Column("user_no", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_no"], ["user_account.user_no"]),
        sa.PrimaryKeyConstraint("user_no", "code_hash"),
    )


# Versions of the knowledge as signed files


def _knowledge() -> None:
    op.create_table(
        "knowledge_release",
        sa.Column("release_no", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False, unique=True),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("release_no"),
    )
    op.create_table(
        "knowledge_key",
        sa.Column("only", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("only"),
    )


# Exports of rows that somebody asked for, and what sites are called in DHIS2


def _exports() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "export",
        sa.Column("export_id", sa.String(), nullable=False),
        sa.Column("user_no", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", number, nullable=False),
        sa.Column("cases_to_come", number, nullable=False),
        sa.Column("cases_done", number, nullable=False),
        sa.Column("rows_done", number, nullable=False),
        sa.Column("bytes_done", number, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("noted_at", number, nullable=False),
        sa.ForeignKeyConstraint(["user_no"], ["user_account.user_no"]),
        sa.PrimaryKeyConstraint("export_id"),
    )
    op.create_table(
        "org_unit",
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("org_unit", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["site_no"], ["site.site_no"]),
        sa.PrimaryKeyConstraint("site_no"),
    )


# What clinics answer their coordinators; and who carried a batch that its writer could not send


def _answers() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "clinic_reply",
        sa.Column("device_no", sa.Integer(), nullable=False),
        sa.Column("seq", number, nullable=False),
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("case_no", number, nullable=False),
        sa.Column("position", number, nullable=False),
        sa.Column("is_read", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["device_no"], ["device.device_no"]),
        sa.PrimaryKeyConstraint("device_no", "seq"),
    )
    op.create_index("clinic_reply_case", "clinic_reply", ["case_no"])
    op.create_index("clinic_reply_waiting", "clinic_reply", ["is_read", "site_no"])
    op.add_column("batch", sa.Column("carried_by", sa.Integer(), nullable=True))


# Clusters that were noted, and what was done about them


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("alert_no", sa.Integer(), nullable=False),
        sa.Column("site_no", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("first_week", sa.String(), nullable=False),
        sa.Column("last_week", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("raised_on", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default=sa.text("'new'"), nullable=False),
        sa.ForeignKeyConstraint(["site_no"], ["site.site_no"]),
        sa.PrimaryKeyConstraint("alert_no"),
        sa.UniqueConstraint("site_no", "condition", "first_week"),
    )
    op.create_table(
        "alert_act",
        sa.Column("alert_no", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("checked", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("user_no", sa.Integer(), nullable=True),
        sa.Column("on_day", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert_no"], ["alert.alert_no"]),
        sa.ForeignKeyConstraint(["user_no"], ["user_account.user_no"]),
        sa.PrimaryKeyConstraint("alert_no", "number"),
    )


# What the tool concluded of a case before a coordinator said what it was


def _scores() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    whole = ("danger_rules", "place", "first", "second", "third", "given")
    table = op.create_table(
        "case_score",
        sa.Column("case_no", number, nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("knowledge_version", "diagnosis", "leader")),
        sa.Column("urgency", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in whole),
        sa.Column("brier", sa.Float(), nullable=False),
        sa.Column("antibiotics", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case_no", "is_last"),
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT case_summary.case_no, case_summary.diagnosis, entry.payload FROM case_summary"
            " JOIN entry ON entry.case_no = case_summary.case_no"
            " WHERE case_summary.diagnosis <> '' AND entry.payload IS NOT NULL AND entry.position <"
            " (SELECT MIN(review.position) FROM review WHERE review.case_no = case_summary.case_no"
            " AND review.diagnosis IS NOT NULL AND review.diagnosis <> '')"
            " ORDER BY case_summary.case_no, entry.position"
        ),
        execution_options={"yield_per": 1000},
    )
    for (case_no, diagnosis), found in groupby(rows, key=lambda row: (row[0], row[1])):
        entries = [json.loads(row[2]) for row in found]
        concluded = [one["conclusion"] for one in entries if one.get("conclusion", {}).get("differential")]
        if concluded:
            same = {"case_no": case_no, "diagnosis": diagnosis, "antibiotics": _antibiotics(entries)}
            # The last one has a row of its own where it is another than the first.
            ends = (0,) if len(concluded) == 1 else (0, -1)
            scores = [{**same, "is_last": at == -1, **_scored(concluded[at], diagnosis)} for at in ends]
            connection.execute(table.insert(), scores)


def _scored(concluded: dict[str, Any], diagnosis: str) -> dict[str, Any]:
    ranked = sorted(concluded["differential"], key=lambda row: -row[1])
    names, chances = [row[0] for row in ranked], [row[1] for row in ranked]
    percents = [round(100 * chance) for chance in chances] + [0, 0]
    place = names.index(diagnosis) + 1 if diagnosis in names else 0
    given = chances[place - 1] if place else 0
    missed = sum(chance * chance for name, chance in zip(names, chances, strict=True) if name != diagnosis)
    return {
        "knowledge_version": concluded["knowledge_version"],
        "leader": names[0],
        "urgency": concluded["disposition"],
        "danger_rules": len(concluded["red_flags"]),
        "place": place,
        "first": percents[0],
        "second": percents[1],
        "third": percents[2],
        "given": round(100 * given),
        "brier": round((1 - given) ** 2 + missed, 6),
    }


def _antibiotics(entries: list[dict[str, Any]]) -> str:
    said = [one["answers"].get("antibiotics_given") for one in entries]
    said = [one["value"] if isinstance(one, dict) else one for one in said]
    hours = [one if isinstance(one, int | float) and not isinstance(one, bool) else None for one in said]
    if hours[0]:
        return "before"
    return "later" if any(hours) else "none" if 0 in hours else ""
