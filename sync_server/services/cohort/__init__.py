"""The cohort report: what a case series prints, of the cases with one adjudicated diagnosis.

adjudicated cases ──▶ facts of each (`facts.py`) ──▶ figures (`figures.py`), healing over time (`healing.py`)
                                                └──▶ rows and methods in words (`words.py`), page, CSV and JSON
"""
