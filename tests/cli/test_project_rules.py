"""A rule in a project's folder: built, explained by the command and by the page, part of the release's name."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from ckg.release.current import Releases
from ckg.web import create_app

from .command import Place

RULE = """# Whoever promised something is held to its word by the source of the words.
CONSTRUCT { ?who ex:heldToItBy ?source }
WHERE { ?who ex:promised ?what . ?what ckg:restsOn ?words . ?words oa:hasSource ?source }
"""
SENTENCE = "Whoever promised something is held to its word by the source of the words."
ENDS = ("<https://example.org/kg/id/city/springfield>", "ex:heldToItBy", "<https://example.org/kg/id/source/minutes>")


def test_what_a_projects_rule_concludes_is_published_and_explained_in_its_words(published: Place) -> None:
    before = Releases(published.releases).current().id
    published.write("rules/held-to-it.rq", RULE)
    published.ckg("build")
    release = Releases(published.releases).current()
    assert release.id != before
    told = published.ckg("explain", *ENDS).stdout
    assert f"by rules/held-to-it.rq ({SENTENCE})" in told
    assert "by prp-inv" in told  # that the city promised it follows from an axiom
    step = json.loads(published.ckg("explain", *ENDS, "--format", "json").stdout)[-1]
    assert (step["rule"], step["words"]) == ("rules/held-to-it.rq", SENTENCE)
    app = create_app(published.releases)
    try:
        query = urlencode({"of": "https://example.org/kg/id/city/springfield", "by": "ex:heldToItBy"})
        page = app.test_client().get(f"/why?{query}")
        assert page.status_code == 200, page.text
        assert f"this project’s rule <code>rules/held-to-it.rq</code> (“{SENTENCE}”)" in page.text
    finally:
        app.close()


def test_a_file_that_is_no_rule_stops_the_build_with_its_place(published: Place) -> None:
    before = Releases(published.releases).current().id
    published.write("rules/held-to-it.rq", RULE.replace("}\n", " FILTER(?who != ?what) }\n"))
    said = published.ckg("build", code=2).stderr
    assert "rules/held-to-it.rq:2:41" in said
    assert "FILTER" in said
    assert Releases(published.releases).current().id == before
