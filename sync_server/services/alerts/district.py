"""The counts of all sites, week by week, as the rules read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from sync_server.repositories.alerts import Sites
from sync_server.services.alerts.clusters import FEWEST, Cluster, Harm, clusters
from sync_server.services.alerts.weeks import apart, from_to, later
from sync_server.services.case_index import CaseCounts, Placed, Standing

LOOK_BACK = 104
"""Weeks that are read."""
_ENOUGH = 64
"""Weeks from which the clusters of the last months follow: half a year of them, and what is usual before each."""
LEAK = "calcinosis_cutis_iatrogenic"
"""The harm that is watched by the cases between, too: calcium from a drip that ended beside the vein."""


@dataclass(frozen=True, slots=True)
class District:
    """What reached the server, from each site's first week (in the last two years) to the present week.

    `counts` are by site and diagnosis, one for each of the site's weeks; `leaks` by site.
    """

    weeks: Mapping[int, Sequence[str]]
    counts: Mapping[tuple[int, str], Sequence[int]]
    leaks: Mapping[int, Sequence[Placed]]

    def harm(self, site_no: int, condition: str) -> Harm | None:
        """Return where the leaks stand, if this is the diagnosis that is one."""
        if condition != LEAK or not self.leaks.get(site_no):
            return None
        first = self.weeks[site_no][0]
        found = self.leaks[site_no]
        return Harm([one.place for one in found], [apart(first, one.week) for one in found])

    def recent_clusters(self, site_no: int, condition: str, weeks: int) -> list[Cluster]:
        """Return the clusters that end within the last weeks, without looking at what cannot be one."""
        counts, harm = self.counts[site_no, condition], self.harm(site_no, condition)
        newest = counts[-weeks - FEWEST :]
        if harm is None and not any(sum(newest[n : n + 3]) >= FEWEST for n in range(len(newest))):
            return []
        start = max(0, len(counts) - _ENOUGH)
        if harm is not None:
            harm = Harm(harm.places, [week - start for week in harm.weeks])
        found = [one for one in clusters(counts[start:], harm) if one.last >= len(counts) - start - weeks]
        return [replace(one, first=one.first + start, last=one.last + start) for one in found]

    def clusters(self, site_no: int, condition: str) -> list[Cluster]:
        """Return the clusters of a diagnosis at a site."""
        return clusters(self.counts[site_no, condition], self.harm(site_no, condition))


def read(session: Session, counts_of: CaseCounts, this_week: str, sites: Sites = None) -> District:
    """Return the counts of these sites; None: of all.

    A week in which nothing came from a site counts as none: whether its tablets were silent or nobody fell ill cannot
    be told apart here.
    """
    standing = Standing(sites, first_week=later(this_week, -LOOK_BACK))
    rows = counts_of.by(session, standing, "site", "week", "what")
    begun: dict[int, str] = {}
    for (site, week, _), _ in rows:
        begun[int(site)] = min(week, begun.get(int(site), week))
    weeks = {site: from_to(first, this_week) for site, first in begun.items()}
    place = {site: {week: number for number, week in enumerate(found)} for site, found in weeks.items()}
    counts: dict[tuple[int, str], list[int]] = {}
    for (site, week, what), count in rows:
        if what and week <= this_week:
            series = counts.setdefault((int(site), what), [0] * len(weeks[int(site)]))
            series[place[int(site)][week]] = count
    leaks: dict[int, list[Placed]] = {}
    for one in counts_of.placed(session, standing, LEAK):
        if one.week <= this_week:
            leaks.setdefault(one.site_no, []).append(one)
    return District({site: found for site, found in weeks.items() if found}, counts, leaks)
