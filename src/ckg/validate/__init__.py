"""SHACL validation: the gate before every release."""

from ckg.validate.gate import validate
from ckg.validate.report import PlanEntry, Report, ValidationResult

__all__ = ["PlanEntry", "Report", "ValidationResult", "validate"]
