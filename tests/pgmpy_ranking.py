"""The ranking worked out by pgmpy, an independent library of graphical models, by exact inference in the same model.

    condition ──▶ answer, one for each answer that counts     P(given | condition) = P(state | condition) ** exponent

The states of the first node are the conditions, or the variants of those that have some; their mixture is summed at the
end. An answer is a node with the states "given" and "otherwise": so every column sums to one whatever the exponent, and
the tempered likelihoods, which are no table of a finding's own states, are expressed exactly, as the binary child by
which Pearl attaches uncertain evidence. Likelihoods and exponents come from the plain ranking, none from the engine.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from shared.differential.picture import ClinicalPicture
from shared.knowledge.model import KnowledgeBase
from tests.plain_ranking import by_condition, column_priors, what_counts

with warnings.catch_warnings():
    # Importing pgmpy 1.1 warns of modules of its own that move in a later version; none of them is used here.
    warnings.simplefilter("ignore")
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

Floats = NDArray[np.float64]
CONDITION, GIVEN, OTHERWISE = "condition", "given", "otherwise"


def pgmpy_posterior(book: KnowledgeBase, picture: ClinicalPicture) -> dict[str, float]:
    """Return P(condition | answers) for every condition, the residual included."""
    prior, tempered = the_model(book, picture)
    columns = tuple(column_priors(book, picture.setting))
    return by_condition(book, dict(zip(columns, posterior(columns, prior, tempered).tolist(), strict=True)))


def the_model(book: KnowledgeBase, picture: ClinicalPicture) -> tuple[Floats, dict[str, Floats]]:
    """Return the priors, and by finding the tempered likelihoods of its answer; columns as in `column_priors`."""
    prior = np.array(list(column_priors(book, picture.setting).values()))
    numbers = picture.numbers
    counted = what_counts(
        book, picture.setting, picture.states, numbers.get("days_since_iv_calcium"), numbers.get("antibiotics_given")
    )
    # An exponent of 0 leaves likelihoods of 1: the answer is no part of the model.
    tempered = {finding: np.array(list(column.values())) for finding, column in counted.items()}
    return prior / prior.sum(), {finding: column for finding, column in tempered.items() if (column != 1).any()}


def posterior(columns: tuple[str, ...], prior: Floats, tempered: Mapping[str, Floats]) -> Floats:
    """Return the posterior over the columns, in their order."""
    return query(network(columns, prior, tempered), tempered)


def network(columns: tuple[str, ...], prior: Floats, tempered: Mapping[str, Floats]) -> VariableElimination:
    """Return the network of one picture, ready to be queried."""
    model = DiscreteBayesianNetwork([(CONDITION, finding) for finding in tempered])
    model.add_node(CONDITION)
    names = {CONDITION: list(columns)}
    model.add_cpds(TabularCPD(CONDITION, len(prior), prior[:, None], state_names=names))
    for finding, column in tempered.items():
        states = {finding: [GIVEN, OTHERWISE], **names}
        model.add_cpds(TabularCPD(finding, 2, [column, 1 - column], [CONDITION], [len(prior)], state_names=states))
    return VariableElimination(model)


def query(inference: VariableElimination, tempered: Mapping[str, Floats]) -> Floats:
    """Return the posterior over the columns, in the order in which the network was given them."""
    evidence = dict.fromkeys(tempered, GIVEN)
    values: Floats = inference.query([CONDITION], evidence=evidence, show_progress=False).values
    return values
