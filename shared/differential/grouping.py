"""How much each answer counts: the exponents that keep one piece of evidence from being counted twice.

    log posterior = log prior + sum of exponent * log likelihood

Each function below is the rule of one or more groups and returns an exponent for every answered member. The exponents
are figures of the knowledge; only who gets which one is decided here. `strength` of an answer is the span of its log
likelihood over the modelled conditions (largest minus smallest), so "strongest" depends on nothing but the answer.
README.md says how each rule was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from shared.differential.likelihood import CALCIFIED
from shared.knowledge.model import GroupDefinition, KnowledgeBase

States = Mapping[str, str]
Exponents = dict[str, float]
Groups = Mapping[str, GroupDefinition]
Strength = Mapping[tuple[str, str], float]
Rule = Callable[[States, Groups, Strength], Exponents]

STRONGEST_FIRST = "strongest_first"
_RANKS = ("first", "second", "third", "fourth")
_US_POSITIVE = "yes"


def _acute_phase(states: States, groups: Groups, strength: Strength) -> Exponents:
    """CRP full and ESR half; without CRP the first of ESR, white cells, procalcitonin full and the next half."""
    markers = groups["inflammatory_markers"]
    order = [m for m in ("crp_gt_20", "esr_band", "wbc_high_for_age", "procalcitonin_ge_0_5") if m in states]
    exponents = dict.fromkeys(order, markers.exponents["others"])
    if "crp_gt_20" in states:
        order = [marker for marker in order if marker in ("crp_gt_20", "esr_band")]
    exponents |= _by_rank(order[:2], markers)
    # Fever and toxic look: each its own weight, both less when a marker of the same inflammation counts too.
    systemic = groups["systemic"]
    shrink = systemic.shrinks["inflammatory_markers"] if order else 1.0
    for finding, rank in (("fever_ge_38", "first"), ("toxic_appearance", "second")):
        if finding in states:
            exponents[finding] = systemic.exponents[rank] * shrink
    return exponents


def _local_inflammation(states: States, groups: Groups, strength: Strength) -> Exponents:
    return _strongest_first(states, groups["local_inflammation"], strength)


def _iv_exposure(states: States, groups: Groups, strength: Strength) -> Exponents:
    """One chain of events. With IV calcium: calcium, interval, site. Without: the drip; its reasons only if unknown."""
    group = groups["iv_exposure"]
    full, half, quarter = (group.exponents[rank] for rank in _RANKS[:3])
    exponents = dict.fromkeys((m for m in group.members if m in states), 0.0)
    calcium = states.get("prior_iv_calcium_same_limb_3m")
    if calcium is not None:
        exponents["prior_iv_calcium_same_limb_3m"] = full
    if calcium == "yes":
        chosen = {"interval_since_iv_calcium": full, "over_venepuncture_site": half}
    else:
        sites = [m for m in ("over_venepuncture_site", "prior_iv_line_site_noncalcium") if m in states]
        chosen = dict.fromkeys(_in_order_of_strength(sites, states, strength)[:1], full)
        if calcium is None:
            chosen |= {"hypocalcaemia_tls_vitd_history": half, "recent_hospital_admission": quarter}
    return exponents | {finding: exponent for finding, exponent in chosen.items() if finding in states}


def _hardness(states: States, groups: Groups, strength: Strength) -> Exponents:
    """Consistency full, the change from soft to hard half."""
    group = groups["hardness"]
    members = (("swelling_consistency", "first"), ("progressed_soft_to_hard", "second"))
    return {finding: group.exponents[rank] for finding, rank in members if finding in states}


def _pus_and_pictures(states: States, groups: Groups, strength: Strength) -> Exponents:
    """Pus, films, ultrasound and the vein: they share findings, so their rules are applied together.

    A finding listed in two groups counts once, with the smallest exponent.
    """
    pus, vein, film, deposit = groups["pus"], groups["vein"], groups["xray"], groups["calcification_imaging"]
    scan = groups["ultrasound"]
    exponents: Exponents = {}
    for finding in scan.members:
        if finding in states:
            exponents[finding] = scan.exponents["positive" if states[finding] == _US_POSITIVE else "negative"]

    if "us_fluid_collection" in states:
        exponents["us_fluid_collection"] = min(exponents["us_fluid_collection"], pus.exponents["first"])
        exponents |= {
            f: e for f, e in (("fluctuance", 0.0), ("purulent_discharge", pus.exponents["second"])) if f in states
        }
    else:
        signs = [m for m in ("fluctuance", "purulent_discharge") if m in states]
        exponents |= _by_rank(_in_order_of_strength(signs, states, strength), pus)

    if "palpable_cord" in states:
        exponents["palpable_cord"] = 0.0 if "us_vein_thrombus" in states else vein.exponents["first"]
    if "us_vein_thrombus" in states:
        exponents["us_vein_thrombus"] = min(exponents["us_vein_thrombus"], vein.exponents["first"])

    # One film: the later stratum if both are answered. The pattern refines a calcified film and is part of that result.
    films = [m for m in ("xray_ge_10d", "xray_lt_10d") if m in states]
    exponents |= {m: (film.exponents["first"] if place == 0 else 0.0) for place, m in enumerate(films)}
    if "xray_calcification_pattern" in states:
        shows_calcium = not films or states[films[0]] == CALCIFIED
        exponents["xray_calcification_pattern"] = film.exponents["first"] if shows_calcium else 0.0

    if "us_echogenic_shadowing" in states and films:
        agree = (states[films[0]] == CALCIFIED) == (states["us_echogenic_shadowing"] == _US_POSITIVE)
        if agree:
            exponents["us_echogenic_shadowing"] = min(exponents["us_echogenic_shadowing"], deposit.exponents["second"])
    return exponents


def _chalk(states: States, groups: Groups, strength: Strength) -> Exponents:
    """What the needle drew replaces what was seen through the skin; a dry needle replaces nothing."""
    exponents: Exponents = {}
    if "aspirate" in states:
        exponents["aspirate"] = min(groups["aspirate"].exponents["first"], groups["chalk"].exponents["first"])
    if "whitish_chalky" in states:
        replaced = states.get("aspirate", "none_or_dry") != "none_or_dry"
        exponents["whitish_chalky"] = 0.0 if replaced else groups["chalk"].exponents["first"]
    return exponents


def _bone_joint(states: States, groups: Groups, strength: Strength) -> Exponents:
    return _strongest_first(states, groups["bone_joint"], strength)


def _spreading_and_severe(states: States, groups: Groups, strength: Strength) -> Exponents:
    """Spread full; severe signs strongest first; both less when both are positive."""
    severe, spread = groups["severe_soft_tissue"], groups["spread"]
    exponents = _strongest_first(states, severe, strength)
    is_severe = any(states.get(member) == "yes" for member in severe.members)
    is_spreading = states.get("spreading_erythema_streaks") == "yes"
    if "spreading_erythema_streaks" in states:
        exponents["spreading_erythema_streaks"] = spread.exponents["first"]
    if is_severe and is_spreading:
        for finding in exponents:
            other = "severe_soft_tissue" if finding == "spreading_erythema_streaks" else "spread"
            own = spread if finding == "spreading_erythema_streaks" else severe
            exponents[finding] *= own.shrinks[other]
    return exponents


_RULES: tuple[tuple[tuple[str, ...], Rule], ...] = (
    (("inflammatory_markers", "systemic"), _acute_phase),
    (("local_inflammation",), _local_inflammation),
    (("iv_exposure",), _iv_exposure),
    (("hardness",), _hardness),
    (("pus", "vein", "xray", "calcification_imaging", "ultrasound"), _pus_and_pictures),
    (("chalk", "aspirate"), _chalk),
    (("bone_joint",), _bone_joint),
    (("severe_soft_tissue", "spread"), _spreading_and_severe),
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Findings whose exponents depend on each other's answers and on nothing else. No rule: each counts in full."""

    members: tuple[str, ...]
    rule: Rule | None


class Grouping:
    """The clusters of one knowledge base. Every finding belongs to exactly one."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._groups = knowledge.groups
        self.position = {finding: place for place, finding in enumerate(knowledge.findings)}
        self.clusters: list[Cluster] = []
        self.cluster_of: dict[str, Cluster] = {}
        self._alone: dict[tuple[str, str], float] = {}
        for names, rule in _RULES:
            # dict: each member once, in the order of the book.
            members = dict.fromkeys(m for name in names for m in knowledge.groups[name].members)
            self._add(Cluster(tuple(members), rule))
        for group in knowledge.groups.values():
            if group.combine == STRONGEST_FIRST and group.members[0] not in self.cluster_of:
                self._add(Cluster(group.members, partial(_strongest_first_of, group.id)))
        for finding in knowledge.findings:
            if finding not in self.cluster_of:
                self._add(Cluster((finding,), None))

    def exponents(self, states: States, strength: Strength) -> Exponents:
        """Return the exponent of every answered finding."""
        exponents: Exponents = {}
        by_cluster: dict[int, tuple[Cluster, dict[str, str]]] = {}
        for finding, state in states.items():
            cluster = self.cluster_of[finding]
            if cluster.rule is None:
                exponents[finding] = 1.0
            else:
                by_cluster.setdefault(id(cluster), (cluster, {}))[1][finding] = state
        for cluster, inside in by_cluster.values():
            exponents |= self.within(cluster, inside, strength)
        return exponents

    def within(self, cluster: Cluster, states: States, strength: Strength) -> Exponents:
        """Return the exponents of one cluster; `states` holds answers of its members only."""
        if cluster.rule is None:
            return dict.fromkeys(states, 1.0)
        return cluster.rule(states, self._groups, strength)

    def alone(self, finding: str, state: str) -> float:
        """Return the exponent of an answer when no other of its cluster is answered: then nothing is ordered."""
        exponent = self._alone.get((finding, state))
        if exponent is None:
            exponent = self.within(self.cluster_of[finding], {finding: state}, {(finding, state): 0.0})[finding]
            self._alone[finding, state] = exponent
        return exponent

    def _add(self, cluster: Cluster) -> None:
        self.clusters.append(cluster)
        for member in cluster.members:
            self.cluster_of[member] = cluster


def _strongest_first_of(group: str, states: States, groups: Groups, strength: Strength) -> Exponents:
    return _strongest_first(states, groups[group], strength)


def _strongest_first(states: States, group: GroupDefinition, strength: Strength) -> Exponents:
    answered = [member for member in group.members if member in states]
    return _by_rank(_in_order_of_strength(answered, states, strength), group)


def _in_order_of_strength(findings: Iterable[str], states: States, strength: Strength) -> list[str]:
    # The sort is stable: ties keep the order of the book.
    return sorted(findings, key=lambda finding: -strength[finding, states[finding]])


def _by_rank(findings: list[str], group: GroupDefinition) -> Exponents:
    return {finding: group.exponents[_RANKS[rank]] for rank, finding in enumerate(findings)}
