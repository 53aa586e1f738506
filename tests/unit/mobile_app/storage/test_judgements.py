"""An older case file gets the tables that it lacks, once, and keeps everything that is in it."""

from __future__ import annotations

import re

from mobile_app.storage.migrations import MIGRATIONS
from mobile_app.storage.tables import SCHEMA_VERSION
from shared.case.entry import CaseId
from tests.tablet_world import PIN, a_conclusion, a_draft


def make_older(store) -> None:
    """Take a file back to how version 1 wrote it."""
    with store.database.writing() as session:
        connection = session.connection()
        statements = " ".join(statement for migration in MIGRATIONS for statement in migration.statements)
        for table in re.findall(r"CREATE (?:VIRTUAL )?TABLE (\w+)", statements):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for index in re.findall(r"CREATE INDEX (\w+) ON case_index", statements):
            connection.exec_driver_sql(f"DROP INDEX {index}")
        for table, column in re.findall(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", statements):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.exec_driver_sql("PRAGMA user_version = 1")


def test_a_file_of_version_1_is_opened_with_everything_in_it_and_brought_up_to_date(tablet):
    store = tablet.set_up()
    store.save_draft(a_draft(5))
    entry = store.record_draft(store.drafts()[0].draft_id, a_conclusion())
    make_older(store)
    store.close()

    for _ in range(2):
        store = tablet.vault.unlock(tablet.vault.users()[0].user_id, PIN)
        with store.database.reading() as session:
            assert session.connection().exec_driver_sql("PRAGMA user_version").scalar_one() == SCHEMA_VERSION
        assert entry.id in store.log(CaseId(entry.case_id))
        assert store.change_counts("1.1").cases == 0
        assert [case_id for case_id, _ in store.cases_to_judge("9.9", 5)] == [entry.case_id]
        store.close()
