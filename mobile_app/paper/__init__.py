"""Words on paper: a document of blocks becomes an A4 PDF, in any of our languages, with our fonts in it.

    presenters/letter_words.py ──▶ blocks (worded, logical text) ──▶ typeset: lines ─▶ pages ─▶ PDF

Nothing here knows a case, a clock or a disk. What is drawn is black on white.
"""
