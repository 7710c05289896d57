"""The place that a permalink names."""

import pytest

from app.ui.state.evidence_view import linked_view


@pytest.mark.parametrize("end", ["2", "123456789012"])
def test_a_link_may_name_any_offset_of_up_to_twelve_digits(end: str) -> None:
    view = linked_view("tea", "1", end)
    assert (view.start, view.end, view.notice) == (1, int(end), "")


@pytest.mark.parametrize(("start", "end"), [("1", "1234567890123"), ("2", "1"), ("-1", "2")])
def test_a_link_that_names_no_place_opens_the_source_at_its_beginning(start: str, end: str) -> None:
    view = linked_view("tea", start, end)
    assert (view.start, view.end) == (0, 0)
    assert "does not point to a valid place" in view.notice
