"""SHACL validation: the gate before every release."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ckg.validate.gate import validate
    from ckg.validate.report import PlanEntry, Report, ValidationResult

__all__ = ["PlanEntry", "Report", "ValidationResult", "validate"]


def __getattr__(name: str) -> Any:
    """Import the gate, and pyshacl with it, when it is first asked for: data without shapes need neither."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ckg.validate import gate, report  # noqa: PLC0415 - slow to import, and not always needed

    return getattr(gate if name == "validate" else report, name)
