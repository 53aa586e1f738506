"""What each screen shows and what a finger can do on it, without a window.

A presenter takes ports and gives frozen, already worded `...View` objects to a `show` callable. Its public methods
are what a finger can do. `flow.Flow` owns the presenters and follows the map of `navigation.py`.
"""
