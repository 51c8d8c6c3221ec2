"""The explorer of the start page: the same numbers as the notebooks, at once."""

import pytest
from bilan.notebook.explorer import explore, explored, shown


@pytest.mark.parametrize("reading", [{}, {"share_base": "foreign", "foreign_share": 0.8}])
def test_it_gives_what_the_notebooks_give(numbers_of, reading):
    numbers = numbers_of(2024, **reading)
    base, part = reading.get("share_base", "intercepted"), reading.get("foreign_share")
    people, both = explored(2024, base, part, "western_africa")
    found = people.set_index("region")[["persons", "persons_low", "persons_high"]]
    for region in ("west_africa", "maghreb", "central_east_africa", "not_stated"):
        kept = numbers[f"origin_{region}_persons"]
        assert found.loc[region].tolist() == [float(end) for end in (kept.value, kept.low, kept.high)]
    drawn = both[(both["source"] == "frontex") & both["shown"]].set_index("region")["share"]
    assert drawn["west_africa"] == float(numbers["frontex_share_west_africa"].value)


def test_a_year_without_shares_says_so_and_draws_nothing():
    said = shown(2023, "intercepted", None, "western_africa")
    assert said == "<p>No shares by origin were published for 2023, or none was found.</p>"


def test_a_choice_changes_what_is_shown_at_once():
    box = explore()
    year, base, part, home, found = box.children
    assert "45,637" in found.value and part.disabled
    base.value = "foreign"
    assert "36,510" in found.value and not part.disabled
    part.value = 0.3
    assert "13,691" in found.value  # 78 685 × 0.58 × 0.3
    before = found.value
    home.value = "maghreb"
    assert found.value != before  # Frontex's shares move, and no one's people
    assert "13,691" in found.value
    year.value = 2019
    assert "No shares by origin" in found.value
