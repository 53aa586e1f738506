"""What translators are told of the desk's short words, which could mean several things."""

from __future__ import annotations

from collections.abc import Mapping

OTHER_SENSE = frozenset({"Answer", "right", "Look again"})
"""Words that mean something else in the app, and so have a translation of their own for the desk."""

_DONE = "what somebody did, in the audit log"
_SHORT = "head of a narrow column: short for a diagnosis, 10 letters at most"
_PERIOD = "goes into a sentence: '... whose first entry reached the server from May to June'"

NOTES: Mapping[str, str] = {
    "Answer": "heading of a column, and the name of an entry: what a clinic answered",
    "right": "legend: the tool put the right diagnosis first",
    "Look again": "button: loads the page again",
    "First": "heading: the condition that the tool put first",
    "From": "heading: the entry that an answer comes from",
    "Of": "heading of a column of numbers: of how many cases",
    "End": "button: ends a session",
    "Open": "heading: alerts that nobody has closed",
    "Closed": "heading, and the state of an alert",
    "any": "choice: any week",
    "from": "from a week on",
    "to": "up to a week or month",
    "New": "of a clinic's answer, and heading of what is new in the knowledge",
    "Gone": "heading: what is no longer in the knowledge",
    "Changed": "heading: what is otherwise in the knowledge",
    "Part": "heading: a part of the knowledge, such as findings",
    "Late": "heading: how late a check is",
    "All": "all sites",
    "Order": "heading of a choice: in which order the list stands",
    "Views": "saved choices of filters",
    "Marks": "small signs at the end of a row",
    "Row": "heading: the number of a row in the log",
    "State": "heading: the state of a review, of a user, of cases",
    "Show": "button: shows what was chosen",
    "Further": "button: to the next page of the list",
    "Decide": "link to a case that needs a decision",
    "Else": _SHORT,
    "called %(urgency)s": "heading of a column: the tool called the child so urgent",
    "Needed": "heading: how soon the child needed to be seen",
    "Counted": "heading of a choice: which conclusion is counted",
    "Range": "heading: from the lowest to the highest value",
    "What": "heading, read out only: what the row is about",
    "Child": "where it is not known whether boy or girl",
    "Left": "the child's left side",
    "Right": "the child's right side",
    "usual {count}": "beside a line of a chart: what is usual here",
    "limit {count}": "beside a line of a chart",
    "this desk": "the coordinator's own lane in the drawing of a case",
    "%(sentence)s.": "a full stop after a sentence of a clinic's answer",
    "{day} {date}": "a weekday and a date, such as 'Saturday 21 Nov 2026'",
    "–": "nothing to say; keep the dash",
    "{many} in {weeks}; about {expected} expected": "such as '5 leaks in 3 weeks; about 0.4 expected'",
    "Too close": "heading: events that came too close together",
    "perfect": "legend: the line on which every chance comes true as often as it was said",
    **dict.fromkeys(
        (
            *("Calcin.", "Other calc.", "Cellul.", "Abscess", "Osteom.", "Septic j.", "Nec. fasc.", "Tendon", "Phleb."),
            *("Periost.", "Extrav.", "Injury", "Bite", "Sickle", "DVT", "Tumour"),
        ),
        _SHORT,
    ),
    **dict.fromkeys(
        (
            *("enrolled", "readmitted", "revoked", "identity conflict", "compared", "brought back", "withdrawn"),
            *("carried", "viewed", "reviewed", "unlinked", "saw a report", "saw settings", "exported"),
            *("kept names of sites in DHIS2", "changed an alert", "reminded", "made an enrolment code"),
            *("trusted a knowledge key", "was given knowledge", "published knowledge", "discarded knowledge"),
            *("signed in", "sign-in failed", "signed out", "changed a user", "parted two cases", "joined two cases"),
        ),
        _DONE,
    ),
    **dict.fromkeys(
        (
            "reached the server from {first} to {last}",
            "reached the server in {first} or later",
            "reached the server up to {last}",
            "reached the server at any time",
        ),
        _PERIOD,
    ),
}
