"""SHACL validation: the gate before every release. Called, as `ckg.validate(…)`, it is `ckg.pipelines.validate`."""

from typing import TYPE_CHECKING, Any

from ckg.model.callable_package import make_callable

if TYPE_CHECKING:
    from ckg.validate.gate import validate
    from ckg.validate.report import PlanEntry, Report, ValidationResult

__all__ = ["PlanEntry", "Report", "ValidationResult", "validate"]

make_callable(__name__)


def __getattr__(name: str) -> Any:
    """Import the gate, and pyshacl with it, when it is first asked for: data without shapes need neither."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ckg.validate import gate, report  # noqa: PLC0415 - slow to import, and not always needed

    return getattr(gate if name == "validate" else report, name)
