"""What leaves the server as a file: de-identified rows for the review team, guarded counts for everybody else.

    cases of a filter ──▶ rows.py ──▶ CSV, Parquet, FHIR R4          (right EXPORT_ROWS, own sites only)
    all cases ──▶ counts.py ──▶ small_cells.py ──▶ CSV, JSON, DHIS2   (right EXPORT_COUNTS)

Rejected and withdrawn cases are in none of them, and no free text is.
"""
