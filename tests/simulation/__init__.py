"""Real tablets and the real server in one process, on a line and on disks that fail by a seed.

    seed ──▶ profile (how many tablets, which faults) ──▶ acts, one after the other ──▶ healing ──▶ all must be equal

    tablet.py    the tablet's storage and sync client on a real SQLCipher file
    server.py    the real application on a real SQLite file, called without a socket
    line.py      between them: drops, cuts, doubles, delays; and lets others act while a message is under way
    node.py      what has a disk: crashes at any effect, and comes back from what the disk had
    ledger.py    what people were told is saved, and what tablets were told is stored
    checks.py    what must hold after each act, and when all is healed
    world.py     the acts; profile.py: which of them a seed draws

Nothing in it reads a clock or draws chance but from the seed, so a seed is one history for ever, as long as the code is
the same: `python -m tests.simulation SEED` plays it again and prints it. `planted_bugs.py` is the proof that this net
catches fish.
"""
