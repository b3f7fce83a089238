"""What search found when `make relevance` was last run, it still finds."""

from pathlib import Path

import pytest

from tests.conftest import POSTGRES, missing
from tests.search.relevance import (
    COFFEE,
    MEASURES,
    MOST_LOST,
    PAGE,
    PARAPHRASES,
    TITLES,
    WAYS,
    WEBAPPS,
    lines_of,
    measure,
    on,
    passing,
    queries,
    recorded,
    town,
)

LEAST_RR, LEAST_RECALL = 0.86, 0.945
"""What paraphrases by people among 425 threads have to reach."""


def test_the_page_records_every_set_and_way() -> None:
    known = recorded()
    assert {key[0] for key in known} == {WEBAPPS, COFFEE}
    assert {key[2].rpartition(", ")[2] for key in known} == set(WAYS)
    assert all(0.5 < values["MRR"] <= 1 for values in known.values())
    assert {name for values in known.values() for name in values} == set(MEASURES)
    best = [values for key, values in known.items() if key[1] == PARAPHRASES]
    assert min(values["MRR"] for values in best) >= LEAST_RR
    assert min(values["R@5"] for values in best) >= LEAST_RECALL


def test_a_table_can_be_read_again(tmp_path: Path) -> None:
    page = tmp_path / "search.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    rows = [("coffee", "half of a title", "whoosh, site", 12, dict.fromkeys(MEASURES, 0.914))]
    on(page, list(lines_of(rows)))
    assert recorded(page) == {("coffee", "half of a title", "whoosh, site"): dict.fromkeys(MEASURES, 0.914)}
    assert page.read_text(encoding="utf-8").startswith("# Search\n")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["whoosh", "postgresql"])
@pytest.mark.parametrize("name", [WEBAPPS, COFFEE])
def test_no_set_loses_two_points(shared_data: Path, name: str, engine: str) -> None:
    if engine == "postgresql" and not POSTGRES:
        missing("PostgreSQL is not here; set BARTACK_TEST_POSTGRES_URL=postgresql://NAME@HOST/DATABASE")
    known = recorded()
    with town(name, shared_data, engine, POSTGRES if engine == "postgresql" else ""):
        for what, items in queries(shared_data)[name].items():
            for way in WAYS:
                before = known[name, what, f"{engine}, {way}"]["MRR"]
                assert measure(items, way)["MRR"] >= before - MOST_LOST, (what, way)


@pytest.mark.slow
def test_the_floor_lets_answers_pass_and_keeps_most_noise_out(shared_data: Path) -> None:
    """Suggestions show what is right for 99 of 100 paraphrases, and nothing for most words about something else."""
    sets = queries(shared_data)
    with town(WEBAPPS, shared_data, "whoosh", ""):
        assert passing(sets[WEBAPPS][PARAPHRASES])[0] >= 0.99
        assert passing(sets[COFFEE][TITLES])[1] <= 0.4
    with town(COFFEE, shared_data, "whoosh", ""):
        assert passing(sets[COFFEE][TITLES])[0] >= 0.99
        assert passing(sets[WEBAPPS][PARAPHRASES])[1] <= 0.4
