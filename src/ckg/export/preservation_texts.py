"""What an archive says of itself: to people in a README, to tools as an RO-Crate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import ckg
from ckg.release import canonical_json
from ckg.release.layout import Release

BAGIT: Final = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

_README: Final = """{title}
{rule}

This is one release of a data set, {release}, with everything that is needed to read it and to use it, without any
server and without the programs that made it.

data/site/      The whole web site. Open data/site/index.html in any browser. Each page says what the data set knows
                about one thing and where each statement comes from. Put the folder on any web host to publish it;
                data/site/hosts/README.txt says how. The query page needs a web server on the same machine at least,
                for example: cd data/site && python3 -m http.server
data/site/dump/ All of the data in one file, in several formats, and parts of it:
                {dumps}
                They are text (RDF 1.1, a standard of the World Wide Web Consortium); N-Triples (.nt) is the simplest:
                one statement on each line.
data/project/   The files that people wrote: the data, the ontology, the shapes they were checked against, the rules
                and the pages. The program ckg {version} made the rest of them: ckg build --project data/project
data/ro-crate-metadata.json
                What is here, for programs (RO-Crate 1.1).
manifest-sha256.txt, tagmanifest-sha256.txt
                The SHA-256 of every file. To see that nothing has changed: sha256sum -c manifest-sha256.txt
bagit.txt, bag-info.txt
                This folder is a bag as RFC 8493 (BagIt) describes it.

Names of things are IRIs that begin with {base}
They are names first; where an address on the web still answers at them, it leads to the same pages.
{licence}"""


def readme(release: Release) -> str:
    """Return the README of an archive, in plain words."""
    about = release.about
    title = about.title.strip()
    names = (path.name for path in release.dumps.values())
    return _README.format(
        title=title,
        rule="=" * len(title),
        release=release.id,
        version=ckg.__version__,
        base=release.base.iri,
        dumps="\n                ".join(name for name in sorted(names) if "." in name and not name.endswith(".json")),
        licence=f"Licence of the data: {about.license}\n" if about.license else "",
    )


def crate(release: Release, rows: Mapping[str, tuple[str, int]], types: Mapping[str, str]) -> str:
    """Return the description of the payload as an RO-Crate 1.1; `rows` are SHA-256 and size of files by their paths.

    Folders are described as wholes; the dumps, which people look for, one by one.
    """
    about = release.about
    dumps = [path for path in sorted(rows) if path.startswith("data/site/dump/") and not path.endswith(".html")]
    files = [_file(path.removeprefix("data/"), *rows[path], types) for path in dumps]
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": about.title,
        "description": about.description or about.title,
        "identifier": release.base.iri,
        "version": about.version,
        "datePublished": str(about.issued) if about.issued else "",
        "license": {"@id": about.license} if about.license else "",
        "publisher": about.publisher or "",
        "hasPart": [{"@id": "site/"}, {"@id": "project/"}, *({"@id": row["@id"]} for row in files)],
    }
    graph = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        {name: value for name, value in root.items() if value},
        {"@id": "site/", "@type": "Dataset", "name": "The web site as files; it begins at site/index.html"},
        {"@id": "project/", "@type": "Dataset", "name": "The sources of the data set"},
        *files,
    ]
    return canonical_json.encode({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}).decode()


def _file(path: str, digest: str, size: int, types: Mapping[str, str]) -> dict[str, Any]:
    kind = types.get(path.rpartition(".")[2], "text/plain").partition(";")[0]
    return {
        "@id": path,
        "@type": "File",
        "name": path.rpartition("/")[2],
        "encodingFormat": kind,
        "contentSize": str(size),
        "sha256": digest,
    }
