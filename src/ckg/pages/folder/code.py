"""Loading the Python views of a project: code of the operator, run with the rights of the server.

A module `views/books.py` of the folder is imported as a part of a package that this folder alone has, so that two
releases with different code can be served by one process. No bytecode is written: a release never changes.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from itertools import count
from pathlib import Path
from types import ModuleType

from ckg.errors import ProjectError, SourceLocation

_PREFIX = "ckg_pages_"
_NUMBERS = count(1)


class _Loader(SourceLoader):
    """Reads source files and never a cache."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_filename(self, fullname: str) -> str:
        return str(self._path)

    def get_data(self, path: str | bytes) -> bytes:
        return Path(str(path)).read_bytes() if Path(str(path)).suffix == ".py" else b""


class _Finder(MetaPathFinder):
    """Finds the modules of one folder below its own package name."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{self._name}."):
            return None
        place = self._folder.joinpath(*fullname.split(".")[1:])
        module, package = place.with_name(f"{place.name}.py"), place / "__init__.py"
        if module.is_file():
            return spec_from_loader(fullname, _Loader(module))
        if package.is_file():
            spec = spec_from_loader(fullname, _Loader(package), is_package=True)
            assert spec is not None
            spec.submodule_search_locations = []  # else Python finds them first, and writes there
            return spec
        return None


class Code:
    """The Python code of one pages folder; `close` lets go of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = f"{_PREFIX}{next(_NUMBERS)}"
        self._finder = _Finder(self._name, folder)
        package = ModuleType(self._name)
        package.__path__ = []
        sys.modules[self._name] = package
        sys.meta_path.append(self._finder)

    def function(self, reference: str) -> Callable[..., object]:
        """Return the function that `module:function` names. Raises `ProjectError` that says what is wrong with it."""
        module_name, _, name = reference.partition(":")
        path = self._folder.joinpath(*module_name.split("."))
        shown = path / "__init__.py" if path.is_dir() else path.with_name(f"{path.name}.py")
        if not shown.is_file():
            raise ProjectError(
                f"there is no module {module_name} for the view {reference}", place=SourceLocation(shown)
            )
        try:
            module = importlib.import_module(f"{self._name}.{module_name}")
        except SyntaxError as error:
            place = SourceLocation(Path(error.filename or shown), error.lineno, error.offset)
            raise ProjectError(f"not valid Python: {error.msg}", place=place) from error
        except Exception as error:
            what = f"{type(error).__name__}: {error}".replace(f"{self._name}.", "")
            raise ProjectError(
                f"the module {module_name} cannot be imported: {what}",
                place=SourceLocation(shown),
                hint="A view may import what the server's environment has, and its neighbours as `from . import name`.",
            ) from error
        found = getattr(module, name, None)
        if not callable(found):
            raise ProjectError(f"there is no function {name} here", place=SourceLocation(shown))
        function: Callable[..., object] = found
        return function

    def close(self) -> None:
        """Forget the modules, so that another release's can take their place."""
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        for name in [name for name in sys.modules if name == self._name or name.startswith(f"{self._name}.")]:
            del sys.modules[name]
