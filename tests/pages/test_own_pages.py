"""A publisher makes pages of their own without touching the package: templates, queries, views, menu, looks, texts."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ckg.build import checks
from ckg.build.pipeline import Build
from ckg.errors import ProjectError
from ckg.model import config
from ckg.model.prefixes import Prefixes
from ckg.model.site_paths import SITE_PATHS
from ckg.pages.folder.code import Code
from ckg.pages.folder.pages_toml import _LISTS, _NAMED, _TABLES
from ckg.release import manifest
from ckg.release.current import Releases
from ckg.web.app import create_app

_spec = importlib.util.spec_from_file_location("own_project", Path(__file__).parent / "own_project.py")
assert _spec is not None and _spec.loader is not None
own_project = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(own_project)

PREFIXES = Prefixes({"ex": "https://other.example/kg/ontology#"})


@pytest.fixture(scope="session")
def releases(other_project: Callable[..., Path]) -> Path:
    return other_project("own-pages", own_project.FILES)


@pytest.fixture(scope="module")
def served(releases: Path) -> Iterator[Flask]:
    app = create_app(releases, {"limits.workers": 1, "limits.spares": 0})
    yield app
    app.extensions["ckg"].close()


@pytest.fixture
def site(served: Flask) -> FlaskClient:
    client = served.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    return client


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """The pages folder of the project, to be spoilt."""
    for name, text in own_project.FILES.items():
        if name.startswith("pages/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "pages"


def test_a_class_has_a_page_of_its_own_filled_by_a_query_and_a_view(site) -> None:
    html = site.get("/doc/maps").text
    assert "<p>1200 pages</p>" in html
    assert re.findall(r"</a> to ([^<]+)</li>", html) == ["Ada", "Grace &lt;script&gt;"]
    assert "nobody counted" in site.get("/doc/stars").text
    assert "<li class=loan>" not in site.get("/doc/stars").text


def test_a_template_of_the_core_is_replaced_by_one_of_the_same_name(site) -> None:
    html = site.get("/report").text
    assert "Our own word on it." in html
    assert "Do the data conform to their shapes?" in html


def test_the_first_page_tells_more_where_the_project_says_so(site) -> None:
    html = site.get("/").text
    assert "2 to read" in html
    assert "Find something" in html


def test_a_page_about_no_one_thing_has_rows_in_the_readers_language_and_the_arguments_of_its_address(site) -> None:
    html = site.get("/shelves?sort=up").text
    assert "<p>asked for up, True</p>" in html
    assert re.findall(r"<li><a[^>]*>(.*?)</a>", html[html.index("<ol>") :])[:2] == [
        "On &lt;b&gt;stars&lt;/b&gt;",
        "On maps",
    ]
    assert '(<span class="number">1,200</span>)' in html
    assert site.get("/shelves?lang=ja").text.count('<bdi lang="ja">地図について</bdi>') == 1


def test_the_menu_is_the_projects_and_says_only_what_is_there(site) -> None:
    html = site.get("/about").text
    menu = html[html.index("<nav") : html.index("</nav>")]
    assert re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)<', menu) == [
        ("/shelves", "Shelves"),
        ("/about", "About us"),
        ("/browse", "All kinds"),
        ("https://example.org/elsewhere", "Elsewhere"),
    ]
    assert '<a href="/about" aria-current="page">' in menu


@pytest.mark.parametrize("path", ["/", "/doc/maps", "/shelves", "/about", "/catalog", "/nothing-here"])
def test_logo_colours_style_and_footer_are_on_every_page(site, path: str) -> None:
    html = site.get(path).text
    assert re.search(r'<img class="logo" src="/static/project/logo\.[0-9a-f]+\.svg" alt="">', html)
    sheets = re.findall(r'<link rel="stylesheet" href="/static/project/([a-z]+)\.[0-9a-f]+\.css"', html)
    assert sheets == ["colours", "library"]
    assert "<p>Run by <em>the library</em>.</p>" in html


def test_colours_are_a_style_sheet_for_light_and_dark(site) -> None:
    answer = site.get("/static/project/colours.css")
    assert answer.mimetype == "text/css"
    assert answer.text.splitlines() == [
        ":root { --accent: #123456; }",
        "@media (prefers-color-scheme: dark) { :root { --accent: #abcdef; } }",
    ]


def test_files_of_the_project_are_served_and_nothing_beside_them(site) -> None:
    with site.get("/static/project/logo.svg") as answer:
        assert answer.mimetype == "image/svg+xml"
    for name in ("../pages.toml", "%2e%2e/pages.toml", "nothing.css", "../../manifest.json"):
        assert site.get(f"/static/project/{name}").status_code == 404


def test_a_markdown_file_is_a_page_and_its_html_is_text(site) -> None:
    html = site.get("/about").text
    assert "<title>About us · " in html
    assert html.count("<h1>About us</h1>") == 1
    assert 'We lend &lt;b&gt;books&lt;/b&gt; and <a href="/doc/maps">maps</a>.' in html
    assert "<td>1</td>" in html


def test_what_is_written_for_editors_is_no_page(site) -> None:
    assert site.get("/README").status_code == 404
    assert site.get("/footer").status_code == 404


def test_things_are_called_by_the_projects_own_property(site) -> None:
    assert "<h1>On maps</h1>" in site.get("/doc/maps").text
    assert "On maps" in site.get("/doc/top").text


def test_things_are_found_by_the_projects_own_property(site) -> None:
    html = site.get("/search?q=on maps").text
    assert '<a href="/doc/maps">On maps</a>' in html
    assert site.get("/suggest?q=On m").get_json()[0]["href"] == "/doc/maps"


def test_what_a_thing_is_a_part_of_and_what_search_engines_are_told_come_from_the_project(site) -> None:
    html = site.get("/doc/maps").text
    assert '<nav class="crumbs" aria-label="Where you are"><ol><li><a href="/doc/top">Top shelf</a>' in html
    assert '"@type":"Book"' in html


def test_languages_are_called_as_the_project_says(site) -> None:
    html = site.get("/doc/maps").text
    assert ">NIHONGO</option>" in html
    assert "the language of Japan" in html


def test_a_value_that_nobody_gave_is_an_error_and_no_gap(site, caplog) -> None:
    answer = site.get("/broken")
    assert answer.status_code == 500
    assert "nobody_gave_this" not in answer.text
    assert "'nobody_gave_this' is undefined" in caplog.text


def test_serving_writes_nothing_into_the_release(releases: Path, site) -> None:
    assert site.get("/doc/maps").status_code == 200
    release = Releases(releases).current()
    manifest.verify(release, deep=True)
    listed = {row["path"] for row in release.manifest["files"]}
    assert {"pages/pages.toml", "pages/views/books.py", "pages/static/logo.svg"} <= listed


def test_a_release_shows_its_own_pages_and_a_changed_page_is_another_release(
    tmp_path: Path, serve: Callable[[Path], FlaskClient]
) -> None:
    for name, text in own_project.FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    from_conftest = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
    (tmp_path / "ckg.toml").write_text(from_conftest.split('CONFIG = """')[1].split('"""')[0], encoding="utf-8")
    project = config.read(tmp_path)
    first = Build(project, tmp_path / "release").run()
    assert Build(project, tmp_path / "release").run().unchanged
    (tmp_path / "pages" / "about.md").write_text("# About them\n", encoding="utf-8")
    second = Build(project, tmp_path / "release").run()
    assert second.release.id != first.release.id
    shutil.rmtree(tmp_path / "pages")
    assert "About us" in serve(first.release.folder).get("/about").text
    assert "About them" in serve(second.release.folder).get("/about").text


def spoilt(name: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(pages: Path) -> None:
        path = pages / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")

    return spoil


FAULTS = {
    "a key that is not known": (
        spoilt("pages.toml", 'template = "book.html"', 'templat = "book.html"'),
        "pages.toml",
        "kind.templat",
    ),
    "no TOML": (spoilt("pages.toml", "[site]", "[site"), "pages.toml", "not valid TOML"),
    "a class with a prefix that nobody declared": (
        spoilt("pages.toml", '"ex:Book"]', '"exx:Book"]'),
        "pages.toml",
        "exx:Book",
    ),
    "a colour that is no colour": (
        spoilt("pages.toml", "#123456", "red; } body { x: y"),
        "pages.toml",
        "colours.light",
    ),
    "a path out of the folder": (spoilt("pages.toml", "logo.svg", "../logo.svg"), "pages.toml", "site.logo"),
    "a logo that is not there": (spoilt("pages.toml", "logo.svg", "other.svg"), "other.svg", "no such file"),
    "a path of the server": (
        spoilt("pages.toml", 'path = "shelves"\ntitle', 'path = "sparql"\ntitle'),
        "pages.toml",
        "/sparql",
    ),
    "two pages at one path": (spoilt("pages.toml", 'path = "broken"', 'path = "about"'), "pages.toml", "/about"),
    "a text at a path of the server": (spoilt("search.md", "", "# Search"), "search.md", "/search"),
    "a template that is not there": (spoilt("pages.toml", "shelves.html", "shelfs.html"), "pages.toml", "shelfs.html"),
    "a template with a mistake": (
        spoilt("templates/book.html", "{% endfor %}", ""),
        "book.html:",
        "not a valid template",
    ),
    "a template that builds on none": (
        spoilt("templates/book.html", '"thing.html"', '"thin.html"'),
        "book.html",
        "thin.html",
    ),
    "macros with a mistake": (
        spoilt("templates/macros.html", "", "{% macro x( %}"),
        "macros.html:",
        "not a valid template",
    ),
    "a query that is not there": (spoilt("pages.toml", "loans.rq", "lones.rq"), "lones.rq", "no such query"),
    "a query for a graph": (spoilt("queries/any.rq", "ASK", "CONSTRUCT WHERE"), "any.rq", "CONSTRUCT"),
    "a query with a mistake": (spoilt("queries/books.rq", "ORDER BY", "ORDER"), "books.rq:2:", "not well-formed"),
    "a query with a prefix that nobody declared": (spoilt("queries/any.rq", "ex:", "exx:"), "any.rq", "exx"),
    "a query that asks others": (
        spoilt("queries/any.rq", "{ ?book", "{ SERVICE <https://example.org/> {} ?book"),
        "any.rq",
        "SERVICE",
    ),
    "a view that is not there": (spoilt("pages.toml", "books:view", "books:viev"), "books.py", "no function viev"),
    "a module that is not there": (
        spoilt("pages.toml", "views.books:", "views.boks:"),
        "boks.py",
        "no module views.boks",
    ),
    "Python with a mistake": (spoilt("views/words.py", "def said(", "def said(("), "words.py:1", "not valid Python"),
    "an import that fails": (spoilt("views/books.py", "from .words", "from .wrods"), "books.py", "wrods"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_build_refuses_pages_with(pages: Path, fault: str) -> None:
    spoil, file, words = FAULTS[fault]
    checks.pages(pages, PREFIXES)
    spoil(pages)
    with pytest.raises(ProjectError) as caught:
        checks.pages(pages, PREFIXES)
    assert caught.value.place is not None
    assert file in str(caught.value)
    assert words in f"{caught.value}"


@pytest.mark.parametrize("name", ["about.md", "footer.md", "templates/book.html", "queries/any.rq", "pages.toml"])
def test_a_build_refuses_pages_that_are_not_utf_8(pages: Path, name: str) -> None:
    (pages / name).write_bytes(b"caf\xe9")
    with pytest.raises(ProjectError) as caught:
        checks.pages(pages, PREFIXES)
    assert name in str(caught.value)


def test_every_key_of_pages_toml_is_in_the_docs() -> None:
    said = (Path(__file__).parents[2] / "docs" / "pages.md").read_text(encoding="utf-8")
    rows = [(name, keys) for table in (_TABLES, _LISTS) for name, keys in table.items()]
    for name, keys in [*rows, *((name, ()) for name in _NAMED)]:
        assert re.search(rf"\[{name}[\].]", said), name
        for key in keys:
            assert re.search(rf"^    (\[{name}\.{key}\]|{key} = )", said, re.MULTILINE), (name, key)


def test_pages_without_a_pages_toml_are_templates_and_texts(pages: Path) -> None:
    (pages / "pages.toml").unlink()
    checks.pages(pages, PREFIXES)


def test_code_of_two_releases_lives_side_by_side_and_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    before = set(sys.modules)
    found = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "views.py").write_text("from .other import value\n\n\ndef view():\n    return value\n")
        (folder / "views.py").write_text("from . import other\n\n\ndef view():\n    return other.VALUE\n")
        (folder / "other.py").write_text(f"VALUE = {number}\n")
        found.append(Code(folder))
    assert [code.function("views:view")() for code in found] == [1, 2]
    for code in found:
        code.close()
    assert set(sys.modules) == before
    assert not list(tmp_path.rglob("__pycache__"))


def test_code_in_a_package_leaves_no_bytecode_in_the_release(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    package = tmp_path / "views"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "books.py").write_text("from .other import VALUE\n\n\ndef view():\n    return VALUE\n")
    (package / "other.py").write_text("VALUE = 7\n")
    code = Code(tmp_path)
    try:
        assert code.function("views.books:view")() == 7
    finally:
        code.close()
    assert [path.name for path in tmp_path.rglob("*.pyc")] == []


def test_no_path_of_the_server_can_be_taken(site) -> None:
    rules = [rule.rule.lstrip("/") for rule in site.application.url_map.iter_rules()]
    firsts = {rule.partition("/")[0] for rule in rules if rule and not rule.startswith("<")}
    whole = {re.sub(r"[.-]<.*", "", first) for first in firsts if not first.startswith(".")}
    assert {re.sub(r"\.\w+$", "", first) for first in whole} <= {re.sub(r"\.\w+$", "", name) for name in SITE_PATHS}


WITHOUT_MAPS = """
import sys
for name in ("shapely", "numpy", "shapefile"):
    sys.modules[name] = None
from pathlib import Path
from ckg.web.app import create_app
app = create_app(Path(sys.argv[1]), {"limits.workers": 1, "limits.spares": 0})
client = app.test_client()
for path in ("/", "/doc/state/japan", "/doc/summit/tokyo-2025", "/doc/corridor/trans-caspian"):
    answer = client.get(path, headers={"Accept": "text/html"})
    print(answer.status_code, 'class="map"' in answer.text, "Outlines:" in answer.text)
app.extensions["ckg"].close()
"""


def test_a_page_has_no_map_where_the_extra_for_maps_is_not_installed(shipped_releases: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_MAPS, str(shipped_releases)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.splitlines() == ["200 False False"] * 4, done.stderr
