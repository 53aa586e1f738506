"""The schema of the encrypted file, version by version.

    version 1 ──statements of 2──▶ version 2 ──▶ ... ──▶ SCHEMA_VERSION        all of them in one transaction

A plain list instead of Alembic, which the server uses: there is one kind of database here and SQLite undoes a change of
the schema like any other, so a list is all that is needed; and a tablet should not load at every start what it needs
once a year.

A version that was released is never changed. A new one is added behind it, together with the change in `tables.py`; a
test holds that both make the same tables, and that the file of every released version comes through whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Migration:
    """The statements that make a file of the version before into one of `version`."""

    version: int
    statements: tuple[str, ...]


MIGRATIONS = (
    Migration(
        2,
        (
            "CREATE TABLE judgement (case_id VARCHAR NOT NULL, version VARCHAR NOT NULL, touched INTEGER NOT NULL,"
            " number INTEGER NOT NULL, steps INTEGER NOT NULL, change VARCHAR, PRIMARY KEY (case_id))",
            "CREATE INDEX ix_judgement_number ON judgement (number)",
            "CREATE TABLE seen (user_id VARCHAR NOT NULL, version VARCHAR NOT NULL, up_to INTEGER NOT NULL,"
            " PRIMARY KEY (user_id, version))",
        ),
    ),
    Migration(
        3,
        (
            "CREATE TABLE setting (name VARCHAR NOT NULL, value VARCHAR NOT NULL, PRIMARY KEY (name))",
            "CREATE TABLE photo (photo_id VARCHAR NOT NULL, case_id VARCHAR NOT NULL, number INTEGER NOT NULL,"
            " visit_day INTEGER, taken_at VARCHAR NOT NULL, author VARCHAR NOT NULL, width INTEGER NOT NULL,"
            " height INTEGER NOT NULL, thumbnail BLOB NOT NULL, image BLOB NOT NULL, PRIMARY KEY (photo_id))",
            "CREATE INDEX ix_photo_case_id ON photo (case_id)",
            "CREATE TABLE read_review (user_id VARCHAR NOT NULL, case_id VARCHAR NOT NULL, up_to INTEGER NOT NULL,"
            " PRIMARY KEY (user_id, case_id))",
            "CREATE TABLE plan_tick (case_id VARCHAR NOT NULL, step VARCHAR NOT NULL, done_at VARCHAR NOT NULL,"
            " PRIMARY KEY (case_id, step))",
            "CREATE TABLE letter_note (case_id VARCHAR NOT NULL, note VARCHAR NOT NULL, PRIMARY KEY (case_id))",
            "ALTER TABLE case_index ADD COLUMN next_follow_up VARCHAR",
            "ALTER TABLE case_index ADD COLUMN follow_up_for VARCHAR",
            "ALTER TABLE case_index ADD COLUMN planned_under VARCHAR",
            "CREATE INDEX ix_case_index_is_withdrawn ON case_index (is_withdrawn)",
            "CREATE INDEX ix_case_index_next_follow_up ON case_index (next_follow_up)",
            "CREATE INDEX ix_case_index_planned_under ON case_index (planned_under)",
            "CREATE TABLE case_link (link VARCHAR NOT NULL, case_id VARCHAR NOT NULL, PRIMARY KEY (link, case_id))",
            "CREATE INDEX ix_case_link_case_id ON case_link (case_id)",
            "CREATE TABLE case_number (case_id VARCHAR NOT NULL, number VARCHAR NOT NULL, link VARCHAR,"
            " PRIMARY KEY (case_id))",
            "CREATE INDEX ix_case_number_link ON case_number (link)",
            "CREATE INDEX ix_case_number_number ON case_number (number)",
            "ALTER TABLE review ADD COLUMN apart VARCHAR DEFAULT '[]' NOT NULL",
            "CREATE VIRTUAL TABLE search USING fts5(words, codes, detail=none, prefix='1 2 3',"
            " tokenize=\"unicode61 remove_diacritics 2 tokenchars '_'\")",
            "INSERT INTO search(search, rank) VALUES('secure-delete', 1)",
            "CREATE TABLE former_device (device VARCHAR NOT NULL, number INTEGER NOT NULL, signing_key BLOB NOT NULL,"
            " last_seq INTEGER NOT NULL, server_url VARCHAR NOT NULL, site_id VARCHAR NOT NULL,"
            " site_name VARCHAR NOT NULL, epoch VARCHAR NOT NULL, nonce VARCHAR NOT NULL, cursor INTEGER NOT NULL,"
            " acknowledged_seq INTEGER NOT NULL, acknowledged_hash BLOB NOT NULL, has_gone_on BOOLEAN NOT NULL,"
            " box_key BLOB NOT NULL, verify_key BLOB NOT NULL, given_seq INTEGER NOT NULL,"
            " PRIMARY KEY (device), UNIQUE (number))",
            "CREATE TABLE former_sent_form (device VARCHAR NOT NULL, seq INTEGER NOT NULL, body VARCHAR NOT NULL,"
            " hash BLOB NOT NULL, hash_before BLOB, PRIMARY KEY (device, seq))",
            "ALTER TABLE sent_form ADD COLUMN hash_before BLOB",
            "CREATE TABLE former_batch (device VARCHAR NOT NULL, first_seq INTEGER NOT NULL,"
            " last_seq INTEGER NOT NULL, hash BLOB NOT NULL, signature BLOB NOT NULL,"
            " PRIMARY KEY (device, first_seq))",
            "CREATE TABLE former_refusal (device VARCHAR NOT NULL, seq INTEGER NOT NULL, case_id VARCHAR NOT NULL,"
            " reason VARCHAR NOT NULL, PRIMARY KEY (device, seq))",
            "CREATE INDEX ix_former_refusal_case_id ON former_refusal (case_id)",
            "CREATE TABLE held (device VARCHAR NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,"
            " is_apart BOOLEAN NOT NULL, PRIMARY KEY (device, seq))",
            "CREATE TABLE account (device VARCHAR NOT NULL, count INTEGER NOT NULL, digest BLOB NOT NULL,"
            " PRIMARY KEY (device))",
            "CREATE TABLE account_state (number INTEGER NOT NULL, missing_count INTEGER NOT NULL,"
            " missing_digest BLOB NOT NULL, differing INTEGER NOT NULL, repaired INTEGER NOT NULL,"
            " repaired_on VARCHAR NOT NULL, PRIMARY KEY (number))",
            "ALTER TABLE device ADD COLUMN box_key BLOB DEFAULT x'' NOT NULL",
            "ALTER TABLE device ADD COLUMN verify_key BLOB DEFAULT x'' NOT NULL",
            "ALTER TABLE device ADD COLUMN given_seq INTEGER DEFAULT 0 NOT NULL",
            "CREATE TABLE carried (hash BLOB NOT NULL, number INTEGER NOT NULL, parcel BLOB NOT NULL,"
            " receipt BLOB NOT NULL, refused VARCHAR NOT NULL, PRIMARY KEY (hash), UNIQUE (number))",
        ),
    ),
)
"""In order, one for each version after the first."""


def migrate(connection: Connection, version: int) -> None:
    """Bring a file of this version up to date, in the transaction that the connection is in. The caller commits."""
    for migration in MIGRATIONS:
        if migration.version > version:
            for statement in migration.statements:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql(f"PRAGMA user_version = {migration.version}")
