"""Tables of classes, sources, disagreements and promises: filtered, sorted, compared, and as files."""

from __future__ import annotations

import csv
import io

import pytest

from ckg.pages.tables import table_request
from ckg.pages.tables.data_table import NAME, DataTable, TableColumn, TableRow, TableValue
from ckg.pages.tables.table_request import TableRequestError

pa = pytest.importorskip("pyarrow.parquet", reason="pip install 'ckg[parquet]' installs what writes Parquet")

JAPAN = "https://w3id.org/ckg/id/state/japan"
CHINA = "https://w3id.org/ckg/id/state/china"
COMMITMENT = "https://w3id.org/ckg/ontology%23Commitment"


def rows(client, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text[:300])
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_promises_of_a_state_are_those_that_bind_it_or_are_said_to(client) -> None:
    found = rows(client, f"/promises?who={JAPAN}&format=csv")
    target = next(row for row in found if row["iri"].endswith("tokyo-2025-business-target"))
    assert all("Japan" in row["who"] for row in found)
    assert "set a new target of business projects" in target["words"]
    assert (target["amount"], target["amount_number"], target["amount_unit"]) == ("¥3 trillion", "3000000000000", "JPY")
    assert "20, 19 or 190 billion" in target["disputes"]


def test_a_promise_that_is_due_and_not_coded_as_kept_is_overdue(client) -> None:
    found = {row["iri"].rpartition("/")[2]: row["mark"] for row in rows(client, "/promises?show=mark&format=csv")}
    assert found["china-2025-grants"] == "overdue"
    assert found["tokyo-2025-business-target"] == "not overdue"
    assert "no evidence since 20 December 2025" in client.get("/promises?q=trillion").text


@pytest.mark.parametrize("filters", ["q=yen", "theme=development+finance&year=2025", f"who={JAPAN}&sort=-amount"])
def test_a_file_has_the_rows_that_the_page_shows_in_their_order(client, filters: str) -> None:
    page = client.get(f"/promises?{filters}").text
    named = [row["label"] for row in rows(client, f"/promises?{filters}&format=csv")]
    places = [page.index(f">{label.replace(chr(39), '&#39;')}</a>") for label in named]
    assert len(named) > 1
    assert places == sorted(places)
    assert page.count('<th scope="row"') == len(named)
    assert f"<strong>{len(named)}</strong>" in page


def test_every_format_has_the_same_rows_and_columns(client) -> None:
    table = rows(client, "/sources?grade=official&format=csv")
    told = client.get("/sources?grade=official&format=json").json
    tabs = client.get("/sources?grade=official&format=tsv").text.splitlines()
    read = pa.read_table(io.BytesIO(client.get("/sources?grade=official&format=parquet").data))
    assert list(table[0]) == list(told["rows"][0]) == tabs[0].split("\t") == read.column_names
    assert [row["iri"] for row in table] == [row["iri"] for row in told["rows"]] == read["iri"].to_pylist()
    assert len(tabs) - 1 == told["total"] == len(table)
    assert read["records"].to_pylist()[0] == [float(table[0]["records"])]


def test_amounts_are_ordered_within_their_currency_and_what_is_not_stated_comes_last(client) -> None:
    found = rows(client, "/promises?sort=amount&format=csv")
    stated = [
        (row["amount_unit"], float(row["amount_number"].split(" | ")[0])) for row in found if row["amount_number"]
    ]
    assert stated == sorted(stated, key=lambda pair: (pair[0].split(" | ")[0], pair[1]))
    assert not any(row["amount"] for row in found[len(stated) :])


def test_counts_of_a_filter_are_those_that_its_choice_leaves(client) -> None:
    page = client.get("/promises?year=2025").text
    offered = page.partition('name="theme" value="https://w3id.org/ckg/id/theme/investment"')[2]
    number = offered.partition('<span class="muted number">')[2].partition("<")[0]
    left = rows(client, "/promises?year=2025&theme=https://w3id.org/ckg/id/theme/investment&format=csv")
    assert int(number) == len(left) > 0


def test_two_partners_stand_side_by_side_theme_by_theme(client) -> None:
    page = client.get(f"/promises?left=partner:{JAPAN}&right=partner:{CHINA}").text
    assert "Japan and China, side by side" in page
    line = page.partition("transport corridors</a></th>")[2].partition("</tr>")[0]
    assert "Expand cooperation on the Trans-Caspian corridor" in line
    assert "railway" in line


@pytest.mark.parametrize("argument", ["nope=1", "sort=nope", "show=nope", "left=due:2025", "page=0", "per_page=2001"])
def test_an_argument_that_a_table_does_not_know_is_refused(client, argument: str) -> None:
    assert client.get(f"/promises?{argument}").status_code == 400


def test_columns_of_a_class_are_those_of_its_shapes_and_can_be_chosen(client) -> None:
    named = rows(client, f"/browse?class={COMMITMENT}&format=csv")[0]
    assert {"label", "figures", "ckg:theme", "ckg:theme_iri", "words", "source", "disputed"} <= set(named)
    chosen = rows(
        client,
        f"/browse?class={COMMITMENT}&show=ckg:deadline&ckg:theme=https://w3id.org/ckg/id/theme/investment&format=csv",
    )
    assert list(chosen[0]) == ["iri", "label", "language", "ckg:deadline"]
    assert 0 < len(chosen) < 10


def test_the_weak_source_of_a_disputed_figure_stands_last(client) -> None:
    for page in ("/conflicts?q=190", "/doc/conflict/tokyo-2025-target-in-dollars"):
        text = client.get(page).text
        assert text.index("US$20 billion") < text.rindex("US$190 billion")
        assert text.index("AFP") < text.rindex("US$190 billion")


def test_what_is_found_is_counted_and_kept_by_kind_standing_language_and_year(client) -> None:
    whole = rows(client, "/search?q=uranium&per_page=1000&format=csv")
    page = client.get("/search?q=uranium").text
    for column, value, kept in (
        ("kind", "https://w3id.org/ckg/ontology#Claim", lambda row: row["kind"] == "claim"),
        ("standing", "attributed", lambda row: row["standing"] == "attributed"),
        ("language", "en", lambda row: row["language"] == "English"),
        ("year", "2025", lambda row: row["year"].startswith("2025")),
    ):
        left = [row["iri"] for row in whole if kept(row)]
        offered = page.partition(f'name="{column}" value="{value}"')[2].partition('<span class="muted number">')[2]
        answer = client.get("/search", query_string={"q": "uranium", column: value, "format": "json"}).json
        assert int(offered.partition("<")[0]) == len(left) == answer["total"] > 0, column
        assert [row["iri"] for row in answer["rows"]] == left[:20], "the best first, as before"
    assert "q=uranium" in page.partition("newest first")[0].rpartition("href=")[2]


def test_a_class_too_large_for_one_table_is_filtered_and_sorted_once_words_of_a_name_leave_few(
    other_project, serve
) -> None:
    things = [
        f'<t{n}> a e:Loan ; rdfs:label "loan of {("Äpfel", "Birnen")[n % 2]} {n:04d}"@en ; e:fee {n} .'
        for n in range(1_100)
    ]
    head = "@prefix e: <https://other.example/kg/ontology#> . @base <https://other.example/kg/id/> ."
    label = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
    large = serve(other_project("large class", {"data/loans.ttl": "\n".join([head, label, *things])}))
    asked = {"class": "https://other.example/kg/ontology#Loan", "q": "apfel 009", "format": "json"}
    columns = large.get("/browse", query_string=asked).json["columns"]
    asked["sort"] = "-" + next(key for key, label in columns.items() if label == "fee")
    found = large.get("/browse", query_string=asked).json["rows"]
    assert [row["label"] for row in found] == [f"loan of Äpfel {n:04d}" for n in range(98, 89, -2)]
    page = large.get("/browse", query_string={**asked, "format": "", "q": ""})
    assert (page.status_code, "too many to filter, sort or compare" in page.text) == (400, True)
    many = large.get("/browse", query_string={**asked, "q": "loan"})
    assert (many.status_code, "More than 1,000 of the 1,100 have" in many.text) == (400, True)


def test_a_table_of_which_only_a_page_is_here_refuses_to_sort_it() -> None:
    row = TableRow("https://e.example/a", {NAME: [TableValue("A")]})
    part = DataTable([TableColumn(NAME, "Name")], [row], total=5_000)
    assert table_request.read({"page": ["7"]}, part).page == 7
    with pytest.raises(TableRequestError, match="5000 rows, too many"):
        table_request.read({"sort": [NAME]}, part)
