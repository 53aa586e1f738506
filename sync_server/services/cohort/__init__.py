"""The cohort report: what a case series prints, of the cases with one adjudicated diagnosis.

course of each case (`services/course.py`) ──▶ held of all that are adjudicated (`services/adjudicated_cases.py`)
    ──▶ figures (`figures.py`), healing over time (`healing.py`) ──▶ words (`words.py`), page, CSV and JSON
"""
