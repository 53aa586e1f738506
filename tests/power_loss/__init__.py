"""What a tablet keeps when its battery dies, and when its storage fails: from what it really told the system to write.

    work.py        a clinician at work: drafts, cases, a withdrawal; each act that was told to be saved is noted
    recording.py   the same under strace: every write, cut and flush of its files, in order, with its bytes
    states.py      the disks that a power cut may leave: all that was flushed, and any piece of what was not
    faults.py      the same work while the n-th write or flush fails

Run by hand, longer: `python -m tests.power_loss [STATES] [FAULTS] [SEED]`.
"""
