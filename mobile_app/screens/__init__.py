"""One screen a presenter: thin, a `.py` for what a tap means and a `.kv` for where things stand.

A screen is made when it is first shown, and let go when the tablet locks, so that no patient's words stay in a
widget of a locked tablet.
"""
