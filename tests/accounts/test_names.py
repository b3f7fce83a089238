"""Names that can be told apart, and that nobody takes for staff."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import names
from app.core.problems import Problem

BRANDS = ("Bartack", "Thimble Market")


@pytest.mark.parametrize(
    "name", ["abc", "a" * 20, "7up", "marlow-knits", "needle.and.ada", "second_wind", "supporter"]
)
def test_good_names(name: str) -> None:
    assert names.checked(name, BRANDS) == name


@pytest.mark.parametrize("name", ["07700900123", "0770.090-0123", "447700900123"])
def test_a_number_that_reaches_somebody_is_no_name(name: str) -> None:
    if name == "447700900123":
        # Without + or a word nobody knows that it is one.
        assert names.checked(name, BRANDS) == name
        return
    with pytest.raises(Problem, match="Everybody reads your name") as refused:
        names.checked(name, BRANDS)
    assert refused.value.field == "name"


@pytest.mark.parametrize("name", ["Ann 07700 900123", "ann.b@example.com", "WhatsApp +44 7700 900123"])
def test_nor_a_display_name(name: str) -> None:
    with pytest.raises(Problem, match="Everybody reads your name") as refused:
        names.checked_display(name, BRANDS)
    assert refused.value.field == "display_name"
    assert names.checked_display("Ann 1985", BRANDS) == "Ann 1985"


def test_a_name_is_kept_in_lower_case() -> None:
    assert names.checked(" Marlow-Knits ", BRANDS) == "marlow-knits"


@pytest.mark.parametrize(
    "name", ["", "ab", "a" * 21, ".abc", "-abc", "_abc", "a b c", "rosa@home", "rоsa", "ｒosa", "abc\n"]
)
def test_bad_names(name: str) -> None:
    if name == "abc\n":
        assert names.checked(name, BRANDS) == "abc"
        return
    with pytest.raises(Problem) as refused:
        names.checked(name, BRANDS)
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    "name",
    [
        "staff",
        "support",
        "official",
        "moderator",
        "admin",
        "bartack",
        "thimblemarket",
        "thimble-market",
        "thimble.market7",
        "support1",
        "support-team",
        "the.official.one",
        "0fficial",
        "0ff1cia1",
        "adm1n",
        "adrnin",
        "ad.min",
        "m0derator",
        "rnoderator",
        "bartack_help",
    ],
)
def test_names_of_staff_are_kept_for_staff(name: str) -> None:
    with pytest.raises(Problem):
        names.checked(name, BRANDS)
    assert names.checked(name, BRANDS, staff=True) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rosa", "r0sa"),
        ("rosa", "ro.sa"),
        ("rosa", "ro-s_a"),
        ("bill", "biii"),
        ("bill", "b111"),
        ("alma", "alrna"),
        ("wren", "vvren"),
        ("paypal", "раураl"),
        ("Alice", "AIice"),
        ("Zoë", "zoe"),
        ("rosa", "𝓇ℴ𝓈𝒶"),
        ("rosa", "ｒｏｓａ"),
        ("scope", "ѕсоре"),
    ],
)
def test_names_mistaken_for_each_other(one: str, other: str) -> None:
    assert names.skeleton(one) == names.skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("rosa", "rose"), ("milo", "mila"), ("tilda", "hilda"), ("noor", "nour")]
)
def test_names_told_apart(one: str, other: str) -> None:
    assert names.skeleton(one) != names.skeleton(other)


@given(st.from_regex(r"[a-z0-9][a-z0-9._-]{2,19}", fullmatch=True))
def test_every_name_has_a_skeleton_that_is_its_own(name: str) -> None:
    look = names.skeleton(name)
    assert look
    assert len(look) <= 160
    assert names.skeleton(name.upper()) == look


@given(st.text(max_size=40))
def test_any_text_has_a_skeleton(text: str) -> None:
    assert isinstance(names.skeleton(text), str)
    names.in_one_script(text)


@pytest.mark.parametrize(
    "name", ["Marlow Knits", "Zoë-Marie O'Hara", "Наталья", "たなか ひろ子", "김민준", "Ödön", "№ 5", "نور"]
)
def test_display_names_in_one_script(name: str) -> None:
    assert names.checked_display(name, BRANDS) == name


@pytest.mark.parametrize(
    "name", ["Rоsa", "Миlo", "Αlma", "", "\u200b\u2060", "x" * 41, "Thimble Market", "Support Team"]
)
def test_display_names_that_will_not_do(name: str) -> None:
    with pytest.raises(Problem) as refused:
        names.checked_display(name, BRANDS)
    assert refused.value.field == "display_name"
