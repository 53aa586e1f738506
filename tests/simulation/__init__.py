"""Real tablets and the real server in one process, on a line and on disks that fail by a seed.

    seed ──▶ profile (how many tablets, which faults) ──▶ acts, one after the other ──▶ healing ──▶ all must be equal

    tablet.py, server.py   the real storage and sync client on SQLCipher; the real application on SQLite or PostgreSQL
    disk.py, node.py       what they have on their disks: they stop at any effect, and come back with what the disk had
    line.py, delivery.py   between them: drops, cuts, doubles, delays; others act while a message is under way
    people.py              what people do: record, withdraw, draft, review, part and join the cases of one child
    carrying.py            what goes without a network: parcels, receipts, forged ones too
    mishaps.py             crashes, clocks, full disks; a server put back; tablets lost, restored, revoked
    healing.py             the end: all is mended, and everyone syncs until nobody has anything new
    ledger.py              what people were told is saved, and what tablets were told is stored
    checks.py              what must hold after each act; healed.py and same_child.py: when all is healed
    profile.py             what a seed draws; kinds.py: what the histories of `make test` must reach
    world.py               one history; running.py, many.py: playing them

What makes a history cheap without making it another: its files are copies of a template; they lie in memory, where
forcing them costs nothing, and what a power cut takes is decided by `disk.py`; engines share compiled statements; the
cipher does not lock and wipe its memory. Ciphers, signatures, compression and checks of files are real.

Nothing in it reads a clock or draws chance but from the seed, so a seed is one history for ever, as long as the code is
the same: `python -m tests.simulation SEED` plays it again and prints it (`--help` says more). `planted_bugs.py` is the
proof that this net catches fish.
"""
