"""Reading ckg.toml: every key checked against the table of settings, every fault named with key, file and remedy."""

from __future__ import annotations

import datetime
import difflib
import json
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ckg.errors import ConfigError, ProjectError, SourceLocation
from ckg.model.iris import Base
from ckg.model.settings import RENAMED, REQUIRED, SETTINGS, Setting, rows, sections

FILE_NAME = "ckg.toml"

HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?")
"""A host whose pictures may be shown, with a port where it is not the usual one."""


@dataclass(frozen=True, slots=True)
class Project:
    r"""A project folder and what its ckg.toml says, defaults filled in.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "ckg.toml").write_text(
    ...     '[project]\nname = "a"\ntitle = "A"\nbase = "https://example.org/"\n'
    ...     'version = "1"\nlicense = "https://example.org/licence"\n')
    >>> read(folder).get("limits.seconds")
    10.0

    One that was `guessed` has no ckg.toml, and nothing is written into its folder.
    """

    folder: Path
    values: Mapping[str, Any]
    guessed: bool = False

    def get(self, key: str) -> Any:
        """Return the value of a key such as `project.base`."""
        return self.values[key]

    def with_value(self, key: str, value: Any) -> Project:
        """Return the same project with another value for one key, as an option of the command line gives it."""
        return Project(self.folder, {**self.values, key: value}, self.guessed)

    @property
    def name(self) -> str:
        """The short name of the project."""
        return str(self.values["project.name"])

    @property
    def version(self) -> str:
        """The version of the data set."""
        return str(self.values["project.version"])

    @property
    def base(self) -> Base:
        """The base of the project's IRIs."""
        return Base(str(self.values["project.base"]))

    @property
    def bases(self) -> tuple[str, ...]:
        """Every base of the project's IRIs: `project.base` first, then `project.bases`."""
        return tuple(dict.fromkeys((self.base.iri, *self.values["project.bases"])))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of labels, the default first."""
        return tuple(self.values["project.languages"])

    @property
    def issued(self) -> datetime.date | None:
        """The date of the version, if the project says one."""
        issued: datetime.date | None = self.values["project.issued"]
        return issued

    @property
    def release_root(self) -> Path:
        """The folder in which releases are written."""
        return self.folder / str(self.values["build.release"])

    @property
    def texts(self) -> Path | None:
        """The folder with the source texts, if the project names one."""
        named = str(self.values["build.texts"])
        return self.folder / named if named else None


def read(folder: Path) -> Project:
    """Read `folder`/ckg.toml.

    Raises `ProjectError` where there is none, `ConfigError` for a file that is not TOML, an unknown or missing key,
    or a value that cannot be used.
    """
    path = folder / FILE_NAME
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(
            f"there is no {FILE_NAME} in {folder}",
            hint="Name the project's folder with --project, or make a new project with `ckg init`.",
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError("the file is not UTF-8", place=SourceLocation(path), hint=str(error)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not valid TOML: {error}", place=_place_of_toml_error(path, error)) from None
    _refuse_unknown(document, path)
    values = {setting.key: _value(setting, document, path) for setting in SETTINGS}
    _check_project(values, path)
    return Project(folder, values)


def _refuse_unknown(document: Mapping[str, Any], path: Path) -> None:
    for section, content in document.items():
        if section not in sections():
            raise _unknown(section, sections(), path, "section")
        if not isinstance(content, dict):
            raise ConfigError(
                f"`{section}` must be a table", key=section, place=SourceLocation(path), hint=f"Write [{section}]."
            )
        names = [setting.name for setting in rows(section)]
        for name, value in content.items():
            if f"{section}.{name}" in RENAMED:
                raise _renamed(f"{section}.{name}", value, path)
            if name not in names:
                raise _unknown(f"{section}.{name}", [f"{section}.{n}" for n in names], path, "key")


def _renamed(key: str, value: Any, path: Path) -> ConfigError:
    now = RENAMED[key]
    written = json.dumps(value, default=str)
    name = now.key.partition(".")[2]
    return ConfigError(
        f"the key `{key}` is called `{now.key}` now",
        key=key,
        place=SourceLocation(path, line_of(path, key)),
        hint=f"Write {name} = {now.values.get(written, written)} instead.",
    )


def _unknown(key: str, known: tuple[str, ...] | list[str], path: Path, what: str) -> ConfigError:
    close = difflib.get_close_matches(key, known, n=1)
    hint = f"Did you mean `{close[0]}`?" if close else f"There are: {', '.join(known)}."
    return ConfigError(f"unknown {what} `{key}`", key=key, place=SourceLocation(path, line_of(path, key)), hint=hint)


def _value(setting: Setting, document: Mapping[str, Any], path: Path) -> Any:
    section = document.get(setting.section, {})
    if setting.name not in section:
        if setting.default is REQUIRED:
            raise ConfigError(
                f"the key `{setting.key}` is missing", key=setting.key, place=SourceLocation(path), hint=setting.help
            )
        return setting.default
    value = section[setting.name]
    if setting.type is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    problem = _problem(setting, value)
    if problem:
        place = SourceLocation(path, line_of(path, setting.key))
        former = setting.former.get(value) if isinstance(value, str) else None
        hint = f"Write {former} instead." if former else setting.help
        raise ConfigError(f"`{setting.key}` {problem}", key=setting.key, place=place, hint=hint)
    return value


def _problem(setting: Setting, value: Any) -> str | None:
    names = {
        str: "text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        list: "a list of texts",
        datetime.date: "a date",
    }
    right = type(value) is setting.type
    if isinstance(value, list):
        right = right and all(type(item) is str for item in value)
    if not right:
        return f"must be {names[setting.type]}, not {value!r}"
    if setting.choices and value not in setting.choices:
        return f"must be one of {', '.join(setting.choices)}, not {value!r}"
    if isinstance(value, float) and not math.isfinite(value):
        return f"must be a finite number, not {value!r}"
    if setting.minimum is not None and value < setting.minimum:
        return f"must be at least {setting.minimum:g}, not {value!r}"
    if setting.default is REQUIRED and not str(value).strip():
        return "must not be empty"
    return None


_LISTED: Final = (
    ("serve.picture_hosts", HOST, 'Write host names only, as in ["upload.wikimedia.org"].'),
    ("spark.properties", re.compile(r"spark\.[^=\s]+=.*"), 'Write a name and a value: "spark.executor.memory=8g".'),
)
"""Lists whose entries have a form: the key, the form, and what to write."""


def _check_project(values: Mapping[str, Any], path: Path) -> None:
    def wrong(key: str, problem: str, hint: str) -> ConfigError:
        return ConfigError(f"`{key}` {problem}", key=key, place=SourceLocation(path, line_of(path, key)), hint=hint)

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", values["project.name"]):
        raise wrong("project.name", f"is {values['project.name']!r}", "Use letters, digits and hyphens only.")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._]*", values["project.version"]):
        raise wrong(
            "project.version", f"is {values['project.version']!r}", "Use letters, digits and dots, as in 1.2.0."
        )
    for key in ("project.base", "project.license", "project.homepage"):
        if values[key] and not _is_web_iri(values[key]):
            raise wrong(key, f"is {values[key]!r}", "Write an absolute http or https IRI.")
    base = values["project.base"]
    if not base.endswith("/") or "#" in base or "?" in base:
        raise wrong("project.base", f"is {base!r}", "The base must end in / and have no query or fragment.")
    for further in values["project.bases"]:
        if not _is_web_iri(further) or not further.endswith(("/", "#")) or "?" in further:
            raise wrong("project.bases", f"has {further!r}", "Write absolute http or https IRIs that end in / or #.")
    languages = values["project.languages"]
    if not languages or not all(re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag) for tag in languages):
        raise wrong("project.languages", f"is {languages!r}", 'Name at least one language tag, as in ["en"].')
    if values["reason.implementation"] == "owlrl" and values["reason.engine"] != "owl-rl":
        raise wrong(
            "reason.implementation",
            "is 'owlrl'",
            f'For engine = "{values["reason.engine"]}" there are duckdb and spark.',
        )
    entries = ((entry, row) for row in _LISTED for entry in values[row[0]] if not row[1].fullmatch(entry))
    for entry, (key, _, hint) in entries:
        raise wrong(key, f"has {entry!r}", hint)
    if not re.fullmatch(r"[A-Za-z0-9._~-]+", values["serve.reserved"]):
        raise wrong("serve.reserved", f"is {values['serve.reserved']!r}", "Write one segment of a path, as in -.")
    prefix = values["serve.prefix"]
    if prefix and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", prefix):
        raise wrong("serve.prefix", f"is {prefix!r}", "Write a path that starts with / and does not end in one.")


def _is_web_iri(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r'[\s<>"{}|\\^`]', text)


def line_of(path: Path, key: str) -> int | None:
    """Return the line of ckg.toml on which a key or a section stands."""
    section, _, name = key.partition(".")
    within = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if text.startswith("["):
            within = text.strip("[] ")
            if not name and within == section:
                return number
        elif within == section and re.match(rf'"?{re.escape(name)}"?\s*=', text):
            return number
    return None


def _place_of_toml_error(path: Path, error: tomllib.TOMLDecodeError) -> SourceLocation:
    found = re.search(r"line (\d+), column (\d+)", str(error))
    return SourceLocation(path, int(found[1]), int(found[2])) if found else SourceLocation(path)
