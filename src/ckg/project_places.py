"""Where the shipped data set lies, and where the releases of a project do."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import platformdirs

import ckg
from ckg.build import project_files
from ckg.errors import ProjectError
from ckg.model.config import FILE_NAME, Project


def shipped() -> Path:
    """Return the folder of the shipped data set: inside the installed package, or the checkout it is run from."""
    package = Path(ckg.__file__).parent
    for candidate in (package / "dataset", package.parents[1]):
        if (candidate / FILE_NAME).is_file():
            return candidate
    raise ProjectError("the package carries no data set", hint="Name a project folder with --project.")


def release_root(project: Project, root: Path | None = None) -> Path:
    """Return the folder of the releases: as given, as configured, or the user's data folder for the installed data set.

    An installed package is not written into, nor is a folder without a ckg.toml: its releases lie in the user's cache.
    """
    if root is not None:
        return root.resolve()
    if project.guessed:
        listed = [project.get(f"build.{role.value}") for role in project_files.ROLES]
        which = hashlib.sha256(json.dumps([str(project.folder), *listed]).encode()).hexdigest()[:12]
        return Path(platformdirs.user_cache_path("ckg")) / "folders" / f"{project.name}-{which}"
    if project.folder == Path(ckg.__file__).parent / "dataset":
        return Path(platformdirs.user_data_path("ckg")) / "releases" / f"{project.name}-{ckg.__version__}"
    return project.release_root
