"""From blocks of the book to the definitions of `model/`: conditions with their plans, findings, groups, sources."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Literal, cast

from shared.knowledge.grammar import NEVER, GrammarFault, parse_condition, parse_words
from shared.knowledge.model import (
    Checkpoint,
    Code,
    ConditionDefinition,
    Criterion,
    Evidence,
    FindingDefinition,
    FindingKind,
    FollowUpDefinition,
    GroupDefinition,
    Likelihood,
    PlanDefinition,
    Quality,
    Range,
    Source,
    Statement,
    TestDefinition,
    VariantDefinition,
)
from shared.knowledge.section import Section

QUALITIES = ("A", "B", "C", "D")
SUPPORTS = ("none", "figure", "derived", "partial", "direction", "memory")
SAID_IF = ("always", "likely", "unopposed")
CONDITION_TYPES = ("core", "extended_ranked", "residual")
_BINARY = ("yes", "no")


def read_condition(section: Section) -> tuple[ConditionDefinition, PlanDefinition | None, int]:
    """Return one condition, its plan, and its place in the order of the book."""
    prior = section.section("prior")
    priors = {key: _range(prior.section(key), close=True) for key in prior.keys() if key != "evidence"}  # noqa: SIM118
    section.texts("code_notes", ())
    section.text("full_label", "")
    condition = ConditionDefinition(
        id=section.text("id"),
        label=section.text("label"),
        plain_label=section.text("plain_label"),
        type=cast(Literal["core", "extended_ranked", "residual"], section.choice("type", CONDITION_TYPES)),
        priors=MappingProxyType(priors),
        prior_evidence=_closed_evidence(prior.section("evidence")),
        is_dangerous=section.flag("is_dangerous"),
        codes=read_codes(section),
        note=section.text("note", ""),
        like=section.text("like", ""),
        variants=tuple(_variant(name, block) for name, block in section.entries("variants", required=False)),
    )
    plan_section = section.optional_section("plan")
    plan = None if plan_section is None else _plan(plan_section)
    order = section.whole("order")
    section.close()
    return condition, plan, order


def _variant(name: str, section: Section) -> VariantDefinition:
    variant = VariantDefinition(
        id=name,
        label=section.text("label"),
        share=_range(section.section("share"), close=True),
        evidence=read_evidence(section),
    )
    section.close()
    return variant


def read_finding(section: Section) -> tuple[FindingDefinition, int]:
    """Return one finding and its place in the order of the book."""
    labels = section.words("states")
    states = tuple(labels)
    overrides = {}
    for key in ("age_override", "setting_override"):
        table = {
            name: _likelihoods(block, states, name_of_cells=key) for name, block in section.entries(key, required=False)
        }
        overrides[key] = MappingProxyType(table)
    section.text("threshold_ref", "")
    finding = FindingDefinition(
        id=section.text("id"),
        label=section.text("label"),
        ask=section.text("ask"),
        kind=FindingKind(section.choice("kind", list(FindingKind))),
        states=states,
        group=section.text("group"),
        likelihoods=_likelihoods(section.section("likelihoods"), states, name_of_cells="likelihoods"),
        age_overrides=overrides["age_override"],
        setting_overrides=overrides["setting_override"],
        skip_in_settings=frozenset(section.texts("skip_in_settings", ())),
        ask_if=_ask_if(section),
        why=section.text("why"),
        how_to=section.texts("how_to"),
        note=section.text("note", ""),
        from_age_days=section.whole("from_age_days", 0),
        detail=section.text("detail", ""),
        state_labels=MappingProxyType(labels),
        applicable_age=section.text("applicable_age", ""),
        is_red_flag=section.flag("red_flag", default=False),
        codes=read_codes(section),
        follows_from=MappingProxyType(
            {
                name: MappingProxyType(_all_words(block))
                for name, block in section.entries("follows_from", required=False)
            }
        ),
    )
    order = section.whole("order")
    section.close()
    return finding, order


def _all_words(section: Section) -> dict[str, str]:
    return {key: section.text(key) for key in section.keys()}  # noqa: SIM118


def read_group(name: str, section: Section) -> GroupDefinition:
    exponents = section.section("exponents")
    shrinks = section.optional_section("shrinks")
    group = GroupDefinition(
        id=name,
        members=section.texts("members"),
        exponents=MappingProxyType({key: exponents.number(key) for key in exponents.keys()}),  # noqa: SIM118
        rule=section.text("rule"),
        shrinks=MappingProxyType({} if shrinks is None else {key: shrinks.number(key) for key in shrinks.keys()}),  # noqa: SIM118
        combine=section.choice("combine", ("", "strongest_first"), ""),
    )
    section.close()
    return group


def read_source(name: str, section: Section) -> Source:
    source = Source(
        id=name,
        citation=section.text("citation"),
        url=section.text("url"),
        quality=read_quality(section),
        verified=section.flag("verified"),
        figures=section.text("figures"),
    )
    section.close()
    return source


def read_quality(section: Section) -> Quality:
    return cast(Quality, section.choice("quality", QUALITIES))


def read_evidence(section: Section) -> Evidence:
    """Return the evidence that stands in this block beside other keys."""
    return Evidence(
        sources=section.texts("source"),
        quality=read_quality(section),
        verified=section.flag("verified"),
        support=section.choice("support", SUPPORTS, "none"),
        basis=section.text("basis", section.text("note", "")),
    )


def read_statement(section: Section) -> Statement:
    """Return a sentence with its evidence. `detail` is the fuller wording, for people who read the book itself."""
    section.text("detail", "")
    said_if = section.choice("said_if", SAID_IF, "always")
    condition = read_rule_condition(section, "only_if") if section.has("only_if") else None
    statement = Statement(section.text("text"), read_evidence(section), said_if, condition)
    section.close()
    return statement


def read_test(section: Section) -> TestDefinition:
    section.text("detail", "")
    test = TestDefinition(
        text=section.text("text"),
        why=section.text("why"),
        resource=section.optional_text("resource"),
        findings=section.texts("findings"),
        evidence=_closed_evidence(section.section("evidence")),
        is_done_by_any=section.choice("done_when", ("all", "any"), "all") == "any",
        condition=read_rule_condition(section, "only_if") if section.has("only_if") else None,
        is_at_once=section.flag("at_once", default=False),
    )
    section.close()
    return test


def read_rule_condition(section: Section, key: str = "condition") -> Criterion:
    """Return a criterion in the grammar of the red flags; a faulty one is noted and never holds."""
    value = section.raw(key)
    if value is None:
        return NEVER
    try:
        return parse_condition(value)
    except GrammarFault as first:
        for fault in first.each():
            section.note(".".join(part for part in (key, fault.place) if part), fault.advice)
        return NEVER


def read_codes(section: Section) -> MappingProxyType[str, tuple[Code, ...]]:
    block = section.optional_section("codes")
    return code_table(block) if block is not None else MappingProxyType({})


def code_table(block: Section) -> MappingProxyType[str, tuple[Code, ...]]:
    """Return the codes of a block with one list for each terminology."""
    table: dict[str, tuple[Code, ...]] = {}
    for terminology in block.keys():  # noqa: SIM118
        codes = []
        for row in block.rows(terminology):
            codes.append(Code(row.optional_text("code"), row.text("title"), row.flag("verified")))
            row.close()
        table[terminology] = tuple(codes)
    return MappingProxyType(table)


def _judgements(section: Section, key: str) -> tuple[Statement, ...]:
    """Return lines that are judgement: plain words, as the book writes them."""
    judgement = Evidence(("expert",), "D", verified=False)
    return tuple(Statement(text, judgement) for text in section.texts(key, ()))


def _plan(section: Section) -> PlanDefinition:
    parents, unconfirmed = section.section("parents"), section.optional_section("parents_unconfirmed")
    plan = PlanDefinition(
        tests=tuple(read_test(row) for row in section.rows("tests")),
        management=tuple(read_statement(row) for row in section.rows("management")),
        do_not=tuple(read_statement(row) for row in section.rows("do_not")),
        follow_up=tuple(_follow_up(row) for row in section.rows("follow_up")),
        parents=read_statement(parents),
        prevention=tuple(read_statement(row) for row in section.rows("prevention")),
        escalate_if=_judgements(section, "escalate_if"),
        course=tuple(read_statement(row) for row in section.rows("course", required=False)),
        checkpoints=tuple(_checkpoint(row) for row in section.rows("checkpoints", required=False)),
        facts=tuple(read_statement(row) for row in section.rows("facts", required=False)),
        parents_unconfirmed=None if unconfirmed is None else read_statement(unconfirmed),
    )
    section.close()
    return plan


def _follow_up(section: Section) -> FollowUpDefinition:
    row = FollowUpDefinition(
        section.text("when"), section.optional_whole("after_days"), section.text("do"), read_evidence(section)
    )
    section.close()
    return row


def _checkpoint(section: Section) -> Checkpoint:
    row = Checkpoint(section.whole("at_weeks"), section.text("expect"), read_evidence(section))
    section.close()
    return row


def _likelihoods(table: Section, states: tuple[str, ...], name_of_cells: str) -> MappingProxyType[str, Likelihood]:
    return MappingProxyType({name: _likelihood(table.section(name), states) for name in table.keys()})  # noqa: SIM118


def _likelihood(section: Section, states: tuple[str, ...]) -> Likelihood:
    if states == _BINARY:
        yes = _range(section)
        # P(no) is what P(yes) leaves; its low end is the other's high end.
        no = Range(1 - yes.p, 1 - yes.high, 1 - yes.low)
        cells, evidence = {"yes": yes, "no": no}, read_evidence(section)
    else:
        cells = {state: _range(section.section(state), close=True) for state in states}
        evidence = _closed_evidence(section.section("evidence"))
    section.close()
    return Likelihood(MappingProxyType(cells), evidence)


def _range(section: Section, *, close: bool = False) -> Range:
    found = Range(section.number("p"), section.number("low"), section.number("high"))
    if close:
        section.close()
    return found


def _closed_evidence(section: Section) -> Evidence:
    evidence = read_evidence(section)
    section.close()
    return evidence


def _ask_if(section: Section) -> Criterion | None:
    value: Any = section.raw("ask_if", None)
    if value is None:
        return None
    if not isinstance(value, str):
        return read_rule_condition(section, "ask_if")
    try:
        return parse_words(value)
    except GrammarFault as fault:
        section.note("ask_if", fault.advice)
        return None
