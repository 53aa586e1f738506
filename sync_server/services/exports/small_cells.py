"""The small-cell guard: which counts may be shown, so that none of a few children can be read from them.

Counts form one tree; each is the sum of those below it.

    all cases ── diagnosis ── site ── month ── age band ── urgency

1. A count from 1 to k-1 is not shown, nor is anything below it (k = 11).
2. What is missing at a count that is shown is the sum of what is hidden below it, so this sum must be nothing or k or
   more: otherwise the smallest count beside them is hidden too.
3. No empty cell is shown either, so nobody can tell one from a hidden one.

From 2 and 3 follows what a reader can work out at best: of a hidden count, that it is something from 0 to a sum of k or
more which it shares with others. Nothing ties two branches together but the counts above them: that is why there is one
tree, always over all cases of all sites, and every file is cut out of it. Two exports with different choices therefore
say no more than one. `tests/unit/sync_server/exports/test_small_cells.py` attacks it with a linear program.

What it does not stop: of two exports on two days, with a review or a withdrawal between them, the difference shows what
changed. Only months that are over are counted, so that no new case adds to one that was shown before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

K = 11
"""The smallest count that is shown; 11 is what CMS asks for (its cell size suppression policy: no cell of 1 to 10)."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guarded:
    """What may be shown. `not_shown[path]` is the sum that is hidden right below a count; the empty path is the top."""

    shown: Mapping[Path, int]
    not_shown: Mapping[Path, int]


def guard(sums: Mapping[Path, int], depth: int, k: int = K) -> Guarded:
    """Return what may be shown of a tree of counts.

    Nothing is shown, not even the sum of all, if that is under k.

    Args:
        sums: the count of each place of the tree, the top too; those under k are not looked at.
        depth: how long the paths are of what is not divided any further.
    """
    below: dict[Path, list[tuple[int, Path]]] = defaultdict(list)
    for path, count in sums.items():
        if path and count >= k:
            below[path[:-1]].append((count, path))
    shown: dict[Path, int] = {}
    not_shown: dict[Path, int] = {}
    waiting: list[Path] = []
    if sums.get((), 0) >= k:
        shown[()] = sums[()]
        waiting.append(())
    while waiting:
        parent = waiting.pop()
        if len(parent) == depth:
            continue
        # The order decides between equal counts: the same data always hide the same.
        large = sorted(below.get(parent, ()))
        hidden = shown[parent] - sum(count for count, _ in large)
        if 0 < hidden < k and large:
            hidden += large.pop(0)[0]
        if hidden:
            not_shown[parent] = hidden
        for count, path in large:
            shown[path] = count
            waiting.append(path)
    return Guarded(shown, not_shown)
