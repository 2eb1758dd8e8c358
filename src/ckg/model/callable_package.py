"""Packages that are called as the function of their name: `ckg.build` and `ckg.validate` are both."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any


class CallablePackage(ModuleType):
    """A package whose call is that of the function of its name in `ckg.pipelines`.

    Importing a package makes it an attribute of `ckg`, in place of the function that was there.
    """

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call the function."""
        return self.__wrapped__(*arguments, **options)

    @property
    def __wrapped__(self) -> Any:
        """The function, whose signature and documentation `inspect` and `help` show."""
        return getattr(importlib.import_module("ckg.pipelines"), self.__name__.rpartition(".")[2])


def make_callable(name: str) -> None:
    """Make the package of that name callable."""
    sys.modules[name].__class__ = CallablePackage
