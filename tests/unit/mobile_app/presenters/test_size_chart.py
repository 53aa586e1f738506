"""The lump over time: every value written, tablets told apart by lane, unknown days never invented."""

from __future__ import annotations

from mobile_app.storage.intake import take_in
from shared.case.entry import DeviceId, Entry, EntryId, EntryKind, Quantity
from shared.sync.messages import Review

OTHER = DeviceId("f" * 16)


def visit(finger, case_id, day: int, width: float, unit: str = "mm", kind: EntryKind = EntryKind.FOLLOW_UP):
    answers = {"lump_size": Quantity(width, unit)}
    if kind is EntryKind.FOLLOW_UP:
        answers["visit_day"] = Quantity(day, "d")
    finger.store.record(case_id, kind, answers)


def receive(finger, *entries: Entry, reviews: tuple[Review, ...] = ()) -> None:
    with finger.store.database.writing() as session:
        take_in(session, finger.store.device, entries, reviews, finger.tablet.clock.now())


def test_widths_stand_at_their_days_and_a_correction_takes_the_place_of_the_one_before(finger):
    case_id = finger.save_boy()
    visit(finger, case_id, 7, 28)
    visit(finger, case_id, 14, 4, "cm")
    visit(finger, case_id, 14, 2.2, "cm", EntryKind.CORRECTION)
    visit(finger, case_id, 35, 12)
    finger.flow.home.open_case(case_id)

    chart = finger.view.size
    assert [(point.label, round(point.across, 2)) for point in chart.points] == [("28", 0.0), ("22", 0.25), ("12", 1.0)]
    assert [level.label for level in chart.levels] == ["0", "10", "20", "30", "40"]
    assert [day.label for day in chart.days] == ["28 Nov", "5 Dec", "26 Dec"]
    assert chart.words == "From 28 to 12 mm in 28 days."


def test_two_tablets_have_two_lanes_and_a_width_without_a_day_is_told_not_drawn(finger):
    case_id = finger.save_boy()
    visit(finger, case_id, 7, 28)
    heads = finger.store.log(case_id).heads
    answers = {"lump_size": Quantity(24, "mm")}
    receive(
        finger,
        Entry(EntryId(OTHER, 1), case_id, EntryKind.FOLLOW_UP, {**answers, "visit_day": Quantity(9, "d")}, heads),
        Entry(EntryId(OTHER, 2), case_id, EntryKind.FOLLOW_UP, answers, heads),
    )
    finger.flow.home.open_case(case_id)

    chart = finger.view.size
    assert [(point.lane, point.label) for point in chart.points] == [(0, "28"), (1, "24")]
    assert [entry.label for entry in chart.legend] == ["this tablet", "tablet 2"]
    assert chart.words == "1 width of another tablet has no known day and is not drawn."


def test_one_width_alone_says_that_the_next_visit_measures_again(finger):
    case_id = finger.save_boy()
    visit(finger, case_id, 7, 0)
    finger.flow.home.open_case(case_id)

    assert [point.up for point in finger.view.size.points] == [0.0]
    assert finger.view.size.words.startswith("Measure again")


def test_without_a_width_there_is_no_chart(finger):
    case_id = finger.save_boy()
    finger.flow.home.open_case(case_id)

    assert finger.view.size is None


def test_a_message_stays_read_for_this_user_after_the_next_start(finger):
    case_id = finger.save_boy()
    receive(
        finger,
        reviews=(
            Review(1, case_id, "needs_information", None, (), "Which drip?"),
            Review(2, case_id, "confirmed", "calcinosis_cutis_iatrogenic", ("xray",), ""),
        ),
    )
    finger.flow.home.open_case(case_id)
    newest, older = finger.view.reviews
    assert (newest.badge.word, newest.diagnosis) == ("Confirmed", "Iatrogenic calcinosis cutis, proven by the X-ray")
    assert older.quote == "“Which drip?”"
    finger.flow.case.mark_read(2)
    assert [review.read_button for review in finger.view.reviews] == ["", ""]

    again = finger.again()
    again.flow.home.open_case(case_id)
    assert [review.read_button for review in again.view.reviews] == ["", ""]
    receive(again, reviews=(Review(3, case_id, "received", None, (), "Thank you."),))
    again.flow.case.open()
    assert [review.read_button for review in again.view.reviews] == ["Mark as read", "", ""]
    again.flow.lock()


def test_differing_answers_stand_in_the_order_of_their_tablets(finger):
    case_id = finger.save_boy()
    heads = finger.store.log(case_id).heads
    visit(finger, case_id, 7, 28)
    answers = {"lump_size": Quantity(24, "mm"), "visit_day": Quantity(7, "d")}
    for device in ("0" * 15 + "1", OTHER):
        receive(finger, Entry(EntryId(DeviceId(device), 1), case_id, EntryKind.FOLLOW_UP, answers, heads))
    finger.flow.home.open_case(case_id)

    (item,) = (item for item in finger.view.disagreements if item.code == "lump_size")
    assert [answer.value for answer in item.answers] == ["28 mm", "24 mm"]
    assert "this tablet" in item.answers[0].who
    assert "tablet 2" in item.answers[1].who
    assert "tablet 3" in item.answers[1].who
    finger.flow.case.choose("lump_size", item.answers[0].number)
    assert finger.store.log(case_id).in_causal_order()[-1].answers["lump_size"] == Quantity(28, "mm")


def test_an_outcome_that_was_begun_goes_on_where_it_stopped(finger):
    case_id = finger.save_boy()
    finger.flow.home.open_case(case_id)
    finger.flow.case.outcome()
    finger.flow.outcome.choose_sequelae("no")
    finger.flow.outcome.back()
    finger.flow.case.outcome()

    assert [choice.is_chosen for choice in finger.view.sequelae] == [False, True]
    assert len(finger.store.drafts()) == 1


def test_gone_today_counts_the_days_since_the_first_visit(finger):
    case_id = finger.save_boy()
    finger.tablet.clock.pass_time(40 * 86400)
    finger.flow.touched()
    finger.flow.home.open_case(case_id)
    finger.flow.case.outcome()
    finger.flow.outcome.gone_today()

    assert (finger.view.healed_text, finger.view.today_button) == ("40", "Gone today")
    assert finger.store.drafts()[0].answers["healed_days"] == 40
