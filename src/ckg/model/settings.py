"""Every key of ckg.toml as a row: section, name, type, default, help.

The reader of ckg.toml, the reference in docs/ and the error messages all derive from these rows.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Setting:
    """One key: `default` is REQUIRED where the project must say it itself.

    `former` maps values of earlier versions to what is written instead.
    """

    section: str
    name: str
    type: type
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    former: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key as people write it, with its section.

        >>> Setting("project", "base", str, REQUIRED, "...").key
        'project.base'
        """
        return f"{self.section}.{self.name}"


_TOLD_ONLY = ("shared_fragments", "undefined_terms", "undescribed_things", "shapeless_classes")
"""Checks that are warnings unless a project asks for more: data that name what is not theirs to describe are common."""

SETTINGS: tuple[Setting, ...] = (
    Setting("project", "name", str, REQUIRED, "A short name, used in file names of dumps: letters, digits, hyphens."),
    Setting("project", "title", str, REQUIRED, "What the data set is called on pages and in the catalogue."),
    Setting("project", "description", str, "", "One or two sentences about the data set."),
    Setting(
        "project", "base", str, REQUIRED, "The base of all IRIs the project mints: an absolute http(s) IRI ending in /."
    ),
    Setting(
        "project",
        "bases",
        list,
        [],
        "Further bases of the project's IRIs, each an http(s) IRI that ends in / or #: the same host under http, "
        "somebody's vocabulary that is published with the data.",
    ),
    Setting("project", "version", str, REQUIRED, "The version of the data set; part of every release's name."),
    Setting(
        "project", "issued", datetime.date, None, "The date of this version (a build has no clock, so say it here)."
    ),
    Setting("project", "license", str, "", "The IRI of the licence of the data; without one nobody may use them."),
    Setting("project", "publisher", str, "", "Who publishes the data set."),
    Setting("project", "homepage", str, "", "An http(s) address with more about the project."),
    Setting("project", "languages", list, ["en"], "Languages of labels, the default first (BCP 47)."),
    Setting("project", "examples", list, [], "IRIs (or paths below the base) of things worth looking at first."),
    Setting(
        "build",
        "ontology",
        list,
        ["ontology"],
        "Files and folders with the ontology: classes, properties and what is true of them.",
    ),
    Setting(
        "build",
        "previous_ontology",
        list,
        [],
        "Files of the ontology as it was in the version before: the page of the ontology says what is different.",
    ),
    Setting("build", "data", list, ["data"], "Files and folders with the data; each file is a named graph."),
    Setting(
        "build",
        "sheets",
        list,
        [],
        "Tables (.csv, .tsv) and YAML that are compiled to data, each with the kind of its records as `ckg new` has "
        'it: "data/bridges.csv bridge".',
    ),
    Setting("build", "shapes", list, ["shapes"], "Files and folders with SHACL shapes."),
    Setting(
        "build",
        "context",
        list,
        ["context"],
        "Files and folders with background graphs, such as authority lists: the data are validated and reasoned over "
        "together with them, and they are not published.",
    ),
    Setting(
        "build",
        "relative_iris",
        str,
        "project",
        "What relative IRIs in a file are resolved against: the project's base, or the address of the file below it, "
        "so that <#me> is another thing in each file.",
        choices=("project", "file"),
    ),
    Setting(
        "build", "release", str, "release", "Where releases are written: a folder, relative to the project or absolute."
    ),
    Setting(
        "build",
        "keep",
        int,
        5,
        "How many releases a build leaves: the current one, the one before, and others, the oldest go first.",
        minimum=2,
    ),
    Setting("build", "texts", str, "", "Folder with the source texts that quotations are checked against."),
    Setting(
        "build",
        "quoted_percent",
        int,
        40,
        "How many per cent of a source text at hand its quotations, prefixes and suffixes may cover together; with 100 "
        "a text may be quoted whole, every sentence of it.",
        minimum=1,
    ),
    Setting("build", "memory", int, 2048, "Memory, in MB, that the bulk engine may use before it spills.", minimum=128),
    Setting(
        "validate",
        "engine",
        str,
        "screened",
        "How SHACL is checked; both give the same report.",
        choices=("screened", "pyshacl"),
    ),
    *(
        Setting(
            "check",
            name,
            str,
            "warning" if name in _TOLD_ONLY else "error",
            text,
            choices=("error", "warning", "off"),
        )
        for name, text in (
            ("undefined_terms", "Terms in the project's own namespaces that are used and defined nowhere."),
            ("undescribed_things", "Things below the base that something refers to and no file describes."),
            ("kinds_of_values", "Texts where a property leads to things, and things where it takes texts."),
            ("kinds_of_names", "Things whose name says another class than their type has, as `id/claim/x`."),
            (
                "graph_rows",
                "Statements about graphs that no file makes; files without such statements, if others have them.",
            ),
            ("shapeless_classes", "Classes of the project that have members and no shape, where there are shapes."),
            ("numbers_in_words", "Numbers that are not what the words of `check.numbers` say."),
            ("date_order", "Ends before starts, and what `check.dates` adds."),
            ("coordinates", "Latitudes beyond 90 and longitudes beyond 180 degrees."),
            ("scripts", "Labels and quotations that are not in the script of their language."),
            ("shared_fragments", "Things that several files name by a fragment alone, such as <#me>."),
            ("whole_sentences", "Quotations that are a whole sentence, unless build.quoted_percent is 100."),
        )
    ),
    Setting(
        "check",
        "numbers",
        list,
        [],
        'Pairs of properties of one thing, a number and the words it was taken from: "schema:value ex:asWritten".',
    ),
    Setting(
        "check", "dates", list, [], 'Pairs of properties of one thing, the earlier date first: "ex:opened ex:closed".'
    ),
    Setting("check", "shapes_as_warnings", list, [], "Shapes whose violations are warnings: names or IRIs."),
    Setting(
        "new",
        "kinds",
        list,
        [],
        'Further kinds of records for `ckg new`, each a name and a class: "paper bibo:Article". Every class that a '
        "shape targets is a kind already.",
    ),
    Setting(
        "validate",
        "strict",
        bool,
        False,
        "Whether shapes with something that is not evaluated (unknown terms of SHACL, targets that fit nothing, "
        "constraints that no target leads to) are refused; otherwise each is a warning.",
    ),
    Setting(
        "validate",
        "tolerated_severities",
        list,
        ["sh:Info", "sh:Warning"],
        "Severities whose results do not stop a build, as IRIs or with a prefix; results of any other do.",
    ),
    Setting(
        "validate",
        "may_be_empty",
        list,
        [],
        "Shapes, as IRIs or with a prefix, whose targets may fit nothing in the data: rules for what is not there yet, "
        "or must never be. A * at the end stands for any ending.",
    ),
    Setting(
        "validate",
        "skip_shapes",
        list,
        [],
        "Shapes, as IRIs or with a prefix, that are left out, such as broken ones of a shapes graph made by others.",
    ),
    Setting(
        "reason",
        "engine",
        str,
        "owl-rl",
        "Which rules the inferences are drawn by: none, those of RDF Schema for subclasses, subproperties, domains and "
        "ranges, or those of OWL 2 RL. The project's own rules run with all three.",
        choices=("none", "rdfs", "owl-rl"),
        former={"duckdb": 'engine = "owl-rl"', "owlrl": 'engine = "owl-rl" and implementation = "owlrl"'},
    ),
    Setting(
        "reason",
        "implementation",
        str,
        "duckdb",
        "What computes the closure; all give the same triples. spark is for what does not fit on one machine (the "
        "extra `spark`, docs/scale.md), and owlrl knows OWL 2 RL only.",
        choices=("duckdb", "owlrl", "spark"),
    ),
    Setting(
        "reason",
        "contradictions",
        str,
        "refuse",
        "What becomes of a build whose ontology and data contradict each other: it is refused, or goes on and the "
        "contradictions are counted and listed at /report.",
        choices=("refuse", "report"),
    ),
    Setting(
        "reason",
        "most_inferred",
        int,
        0,
        "Inferred triples at which reasoning stops; 0 stands for ten times the ontology and the data, and at least a "
        "million.",
        minimum=0,
    ),
    Setting(
        "reason",
        "on_demand",
        list,
        [],
        "Transitive properties (IRIs, or with a declared prefix) whose closure is not inferred: queries ask for it by "
        "a path, as in ex:partOf+.",
    ),
    Setting(
        "reason",
        "same_as",
        str,
        "expand",
        "Whether what is inferred of things that are owl:sameAs is repeated for each of their IRIs, or said of one.",
        choices=("expand", "canonical"),
    ),
    Setting(
        "reason",
        "anonymous_types",
        bool,
        False,
        "Whether to publish that things belong to anonymous classes, such as restrictions.",
    ),
    Setting(
        "spark",
        "master",
        str,
        "",
        "Where Apache Spark runs, as spark://host:7077, local[4] or yarn; empty: what Spark's own configuration says, "
        "else all cores of this machine.",
    ),
    Setting(
        "spark",
        "folder",
        str,
        "",
        "Where Spark keeps its tables while a build lasts, relative to the project or absolute: a folder that driver "
        "and workers see under the same path; empty: the folder of releases.",
    ),
    Setting(
        "spark",
        "properties",
        list,
        [],
        'Further properties of Spark, as "spark.executor.memory=8g"; they count before those of its own configuration.',
    ),
    Setting(
        "backend",
        "endpoint",
        str,
        "",
        "The address of a SPARQL 1.1 endpoint that `ckg serve` asks instead of the release's own store; {release} in "
        "it stands for the name of the release, where each has a data set of its own. Load it with `ckg push`.",
    ),
    Setting(
        "backend",
        "dialect",
        str,
        "standard",
        "Which engine it is: what it does differently is evened out (docs/scale.md).",
        choices=("standard", "oxigraph", "fuseki", "virtuoso", "qlever"),
    ),
    Setting(
        "backend",
        "update",
        str,
        "",
        "The address for SPARQL 1.1 Update, for `ckg push`; empty: beside the endpoint, as the engine has it.",
    ),
    Setting(
        "backend",
        "graph_store",
        str,
        "",
        "The address for the SPARQL 1.1 Graph Store Protocol, for `ckg push`; empty: beside the endpoint.",
    ),
    Setting(
        "backend",
        "check_release",
        bool,
        True,
        "Whether each answer is used only while the endpoint says that it has the release that is served, as "
        "`ckg push` writes there; without it the operator sees to that.",
    ),
    Setting(
        "backend", "timeout_seconds", float, 10.0, "Time for one look-up of a page or document there.", minimum=0.1
    ),
    Setting("backend", "connect_seconds", float, 2.0, "Time for a connection to be made.", minimum=0.1),
    Setting("backend", "retries", int, 2, "Further tries where no answer came.", minimum=0),
    Setting("backend", "connections", int, 8, "Connections to the endpoint at a time.", minimum=1),
    Setting(
        "backend",
        "page_rows",
        int,
        5000,
        "Rows that one request for a look-up asks for; no more than the endpoint gives at a time.",
        minimum=100,
    ),
    Setting("serve", "host", str, "127.0.0.1", "The address to listen on."),
    Setting("serve", "port", int, 8000, "The port to listen on; 0 takes a free one.", minimum=0),
    Setting(
        "serve", "threads", int, 64, "Threads that answer requests, those that wait for a query included.", minimum=1
    ),
    Setting("serve", "prefix", str, "", "Path under which a proxy publishes the site, for example /kg."),
    Setting(
        "serve",
        "reserved",
        str,
        "-",
        "The first segment of a path at which the site's own pages are always reached, as /-/search; where the data "
        "have the IRI of a page's short path, that is theirs.",
    ),
    Setting(
        "serve",
        "picture_hosts",
        list,
        [],
        'Hosts whose pictures pages show, for example ["upload.wikimedia.org"], over https only.',
    ),
    Setting(
        "serve",
        "proxies",
        int,
        0,
        "How many proxies in front are trusted for X-Forwarded-For and X-Forwarded-Proto.",
        minimum=0,
    ),
    Setting(
        "serve",
        "forwarded_prefix",
        bool,
        False,
        "Whether X-Forwarded-Prefix is taken from the trusted proxies, which must then overwrite it.",
    ),
    Setting(
        "serve",
        "forwarded_host",
        bool,
        False,
        "Whether X-Forwarded-Host is taken from the trusted proxies, which must then overwrite it.",
    ),
    Setting(
        "serve", "connections", int, 2048, "Connections open at a time; above it the longest idle is closed.", minimum=8
    ),
    Setting(
        "serve",
        "client_connections",
        int,
        512,
        "Connections open at a time for one client, where there is no trusted proxy.",
        minimum=1,
    ),
    Setting(
        "serve",
        "receive_seconds",
        float,
        30.0,
        "Time for the head of a request to come, and again for its body.",
        minimum=0.1,
    ),
    Setting(
        "serve",
        "stall_seconds",
        float,
        15.0,
        "Time after which a body that does not come, or an answer that is not read, ends the connection.",
        minimum=0.1,
    ),
    Setting(
        "serve",
        "log",
        str,
        "none",
        "Whether a line of JSON is written to standard error for each request; query texts are in none.",
        choices=("none", "json"),
    ),
    Setting(
        "limits",
        "workers",
        int,
        4,
        "Short queries that are evaluated at the same time: twice the processors keep these busy.",
        minimum=1,
    ),
    Setting("limits", "spares", int, 1, "Idle workers kept ready to replace a stopped one.", minimum=0),
    Setting("limits", "seconds", float, 10.0, "Time for one query, from receipt to the last byte produced.", minimum=0),
    Setting("limits", "memory", int, 1024, "Memory, in MB, that a query may use beyond the idle worker.", minimum=64),
    Setting(
        "limits",
        "store_memory",
        int,
        256,
        "A store that takes no more memory, in MB, is held in each query worker's memory; 0: it stays on disk.",
        minimum=0,
    ),
    Setting("limits", "rows", int, 1_000_000, "Rows or triples in one answer.", minimum=1),
    Setting("limits", "bytes", int, 256_000_000, "Bytes in one answer.", minimum=1000),
    Setting("limits", "text", int, 65_536, "Bytes of one query's text.", minimum=100),
    Setting("limits", "depth", int, 64, "How deep groups, parentheses and operators may nest.", minimum=1),
    Setting("limits", "patterns", int, 64, "Triple patterns in one query, collection members included.", minimum=1),
    Setting("limits", "queue", int, 128, "Queries that may wait for a worker.", minimum=0),
    Setting("limits", "cache", int, 64, "Memory, in MB, for cached answers; 0 caches nothing.", minimum=0),
    Setting(
        "limits", "budget_seconds", float, 60.0, "Query time a client may use per minute; 0 sets no limit.", minimum=0
    ),
    Setting(
        "limits", "budget_errors", int, 30, "Failing queries a client may send per minute; 0: no limit.", minimum=0
    ),
)


@dataclass(frozen=True, slots=True)
class RenamedSetting:
    """A key that has another name now; `values` are the old values that are spelt otherwise, as TOML."""

    key: str
    values: Mapping[str, str]


RENAMED: Mapping[str, RenamedSetting] = {
    "reason.names": RenamedSetting("reason.same_as", {'"all"': '"expand"', '"one"': '"canonical"'}),
    "reason.unnamed": RenamedSetting("reason.anonymous_types", {}),
}
"""Keys of earlier versions. They are refused, and the message says what to write instead."""


def rows(section: str) -> tuple[Setting, ...]:
    """Return the rows of one section, in the order of the table."""
    return tuple(setting for setting in SETTINGS if setting.section == section)


def sections() -> tuple[str, ...]:
    """Return the names of the sections.

    >>> sections()
    ('project', 'build', 'validate', 'check', 'new', 'reason', 'spark', 'backend', 'serve', 'limits')
    """
    return tuple(dict.fromkeys(setting.section for setting in SETTINGS))
