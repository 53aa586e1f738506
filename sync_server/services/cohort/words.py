"""The cohort report in words: the rows of its table, and the sentences for a methods section.

Every value says of how many it is known, where that is not all of them. Each sentence is whole, so that it can be said
in another language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.language.inside import lower_first
from shared.sentence import Sentence, counted, phrase, sentence
from sync_server.language import level, say
from sync_server.services.adjudicated_cases import Adjudicated
from sync_server.services.cohort.figures import NEWBORN, Figures, Spread, Values, spread
from sync_server.services.cohort.healing import median
from sync_server.services.wording import Wording, age_words, listed, month_words

NOT_GIVEN = phrase("not given")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. `known` says of how many the value is known, where that is not everybody."""

    label: Sentence | str
    value: str
    range: str = ""
    known: Sentence | None = None


def rows(figures: Figures, wording: Wording) -> tuple[Row, ...]:
    """Return the table of a series of at least one child."""
    n = figures.n
    unknown_sex = n - figures.sexes["male"] - figures.sexes["female"]
    found = [
        Row(sentence("Patients"), str(n)),
        Row(
            sentence("Male / female"),
            # In the direction of the page, as the words of its row are: "male" and its number stand on one side.
            f"{figures.sexes['male']} / {figures.sexes['female']}",
            known=_known(n - unknown_sex, n),
        ),
        _of_spread(sentence("Age, days (newborns)"), spread(figures.ages), n, whole=True),
    ]
    if sum(figures.ages.values()) < n:
        found += [
            Row(sentence("Age {band}", band=age_words(band)), str(count))
            for band, count in sorted(figures.bands.items(), key=lambda item: _band_order(wording, item[0]))
        ]
    found += [Row(wording.place(region, side), str(count)) for (region, side), count in _places(figures)]
    found += [
        _of_spread(sentence("Healed after, months"), spread(figures.healed), n),
        _median_row(figures),
        _followed_row(figures),
        _of_yes(sentence("Complications: something stayed"), figures.sequelae[True], figures.sequelae.total(), n),
        _of_yes(sentence("Skin dying over the lesion"), figures.dying_skin[True], figures.dying_skin.total(), n),
    ]
    return tuple(found)


def summary(figures: Figures, diagnosis: str, wording: Wording) -> tuple[Sentence, ...]:
    """Return the sentences that say what the series is, and how it went."""
    n = figures.n
    diagnosis = wording.condition_inside(diagnosis)
    places = listed(many(lower_first(wording.place(*place)), count) for place, count in _places(figures))
    said = {
        "male": figures.sexes["male"],
        "female": figures.sexes["female"],
        "diagnosis": diagnosis,
        "places": places,
    }
    ages = spread(figures.ages)
    if ages is not None and ages.n == n:
        # Only newborns have an age in days, so all of them are.
        found = [
            counted(
                n,
                "{count} newborn ({male} male, {female} female; age {age} days) with {diagnosis}: {places}.",
                "{count} newborns ({male} male, {female} female; age {age} days) with {diagnosis}: {places}.",
                age=plus_minus(ages),
                **said,
            )
        ]
    else:
        bands = sorted(figures.bands.items(), key=lambda item: _band_order(wording, item[0]))
        found = [
            counted(
                n,
                "{count} child ({male} male, {female} female; by age: {bands}) with {diagnosis}: {places}.",
                "{count} children ({male} male, {female} female; by age: {bands}) with {diagnosis}: {places}.",
                bands=listed(many(age_words(band), count) for band, count in bands),
                **said,
            )
        ]
    return (*found, *_course(figures))


def methods(figures: Figures, wanted: Adjudicated, age: str, site: str, server_knowledge: str) -> tuple[Sentence, ...]:
    """Return the sentences that say how the series was made and what is not known. `age` is a choice or empty."""
    return (
        *_inclusion(wanted, age, site),
        sentence(
            "Values are mean ± sample standard deviation and range; a month is 30.4 and a year 365.25 days. Times count"
            " from the first visit; healing is the day that the clinic gave in its outcome, follow-up ends with the"
            " last visit that a tablet recorded. Visits after the first year are kept to 30 days, at most 10 years."
        ),
        sentence(
            "Where healing was not recorded, a child counts until its last visit (Kaplan-Meier). What no entry says is"
            " not known; it is neither no nor 0."
        ),
        sentence(
            "Age in days is sent of newborns (up to 28 days) with a proven outcome only; of all others the age group."
        ),
        sentence(
            "The tablets concluded with knowledge {versions}; diagnoses are named as in knowledge {server}.",
            versions=listed(sorted(figures.knowledge)) or say(NOT_GIVEN),
            server=server_knowledge,
        ),
        sentence(
            "Entries were de-identified on the tablet before they were sent: no name, no text, no date. De-identified"
            " is not anonymous. No two cases were joined: a child with two cases counts twice."
        ),
    )


def plus_minus(values: Spread) -> str:
    """Return mean ± standard deviation, with one decimal."""
    return level(f"{values.mean:.1f}" if values.sd is None else f"{values.mean:.1f} ± {values.sd:.1f}")


def in_range(values: Spread, *, whole: bool = False) -> str:
    """Return the range; one number where that is all."""
    low, high = (f"{end:.0f}" if whole else _short(end) for end in (values.low, values.high))
    return level(low if low == high else f"{low}–{high}")


def _course(figures: Figures) -> list[Sentence]:
    n, found = figures.n, []
    is_short = _is_short(figures)
    healed, followed = spread(figures.healed), spread(_in_months(figures) if is_short else figures.followed)
    if healed is not None:
        found.append(
            sentence(
                "The swelling was gone after {range} months (mean {mean}; known of {known} of {n}).",
                range=in_range(healed),
                mean=plus_minus(healed),
                known=healed.n,
                n=n,
            )
        )
    else:
        found.append(sentence("Of none is it known when the swelling was gone."))
    if followed is not None:
        said = {"range": in_range(followed), "mean": plus_minus(followed), "known": followed.n, "n": n}
        found.append(
            sentence("They were followed for {range} months (mean {mean}; known of {known} of {n}).", **said)
            if is_short
            else sentence("They were followed for {range} years (mean {mean}; known of {known} of {n}).", **said)
        )
    asked = figures.sequelae.total()
    if asked:
        found.append(
            sentence(
                "Something stayed behind, such as a scar or a stiff joint, in {count} of {asked} of whom it was said.",
                count=figures.sequelae[True],
                asked=asked,
            )
        )
    else:
        found.append(sentence("Of none is it said whether anything stayed behind."))
    return found


def _inclusion(wanted: Adjudicated, age: str, site: str) -> list[Sentence]:
    what = {"first": month_words(wanted.first_month), "last": month_words(wanted.last_month)}
    if wanted.first_month and wanted.last_month:
        period = sentence("reached the server from {first} to {last}", **what)
    elif wanted.first_month:
        period = sentence("reached the server in {first} or later", **what)
    elif wanted.last_month:
        period = sentence("reached the server up to {last}", **what)
    else:
        period = sentence("reached the server at any time")
    who = _who(age)
    if wanted.only_confirmed:
        return [
            sentence(
                "Included are {who} from {site} whose diagnosis a coordinator gave and confirmed and whose first entry"
                " {period}; rejected and withdrawn cases are left out.",
                who=who,
                site=site,
                period=period,
            )
        ]
    return [
        sentence(
            "Included are {who} from {site} whose diagnosis a coordinator gave and whose first entry {period}; rejected"
            " and withdrawn cases are left out.",
            who=who,
            site=site,
            period=period,
        )
    ]


def _who(age: str) -> Sentence:
    if age == NEWBORN:
        return sentence("newborns of up to 28 days")
    return sentence("children of {age}", age=age_words(age)) if age else sentence("children of any age")


def _of_spread(label: Sentence, values: Spread | None, n: int, *, whole: bool = False) -> Row:
    if values is None:
        return Row(label, say(NOT_GIVEN), known=_known(0, n))
    return Row(label, plus_minus(values), in_range(values, whole=whole), _known(values.n, n))


def _followed_row(figures: Figures) -> Row:
    if _is_short(figures):
        return _of_spread(sentence("Followed for, months"), spread(_in_months(figures)), figures.n)
    return _of_spread(sentence("Followed for, years"), spread(figures.followed), figures.n)


def _is_short(figures: Figures) -> bool:
    """Tell whether nobody was followed for a year: then years would all be 0."""
    return max(figures.followed, default=1.0) < 1


def _in_months(figures: Figures) -> Values:
    return {12 * years: count for years, count in figures.followed.items()}


def _median_row(figures: Figures) -> Row:
    middle = median(figures.healing())
    value = say(NOT_GIVEN) if middle is None else f"{middle:.1f}"
    return Row(
        sentence("Half were healed after, months"), value, known=_known(sum(figures.courses.values()), figures.n)
    )


def _of_yes(label: Sentence, yes: int, asked: int, n: int) -> Row:
    return Row(label, str(yes) if asked else say(NOT_GIVEN), known=_known(asked, n))


def _known(known: int, n: int) -> Sentence | None:
    return None if known == n else sentence("known of {known} of {n}", known=known, n=n)


def _places(figures: Figures) -> Sequence[tuple[tuple[str, str], int]]:
    """Return places of the arm before those of the leg, left before right."""
    order = {side: number for number, side in enumerate(("left", "right", "both", ""))}
    return sorted(figures.places.items(), key=lambda item: (*_limb(item[0][0]), order.get(item[0][1], 9)))


def _limb(region: str) -> tuple[int, str]:
    arm = ("shoulder", "upper_arm", "elbow", "forearm", "wrist", "hand", "finger", "thumb")
    return (0 if region.split(" ")[0] in arm else 1, region)


def _band_order(wording: Wording, band: str) -> int:
    known = [one.id for one in wording.knowledge.age_groups]
    return known.index(band) if band in known else len(known)


def many(what: str, count: int) -> str:
    """Return "left wrist (4)"."""
    # Translators: something and how many of it, such as "left wrist (4)".
    return say("{what} ({count})", what=what, count=count)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
