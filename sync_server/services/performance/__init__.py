"""Does the tool do well? What it concluded, against what a coordinator said it was in the end.

    a review is saved ──▶ facts of the case (`scoring.py`) ──▶ table case_score
    the page          ──▶ what is held of that table (`services/adjudicated_cases.py`)
                                             └──▶ figures (`figures.py`, `recalibration.py`) ──▶ words (`report.py`)

Which conclusion counts: the first one that reached the server before the first review that names a diagnosis; what
comes later may know the answer. The last one before that review is kept beside it.
"""
