"""Where pyshacl deviates from SHACL, and where its reports differ from process to process: mended while the gate runs.

Each row of `_PATCHES` takes the place of a method of pyshacl or rdflib for as long as `patched` lasts. The reasons:

* Parameters that pyshacl keeps in sets are listed in its messages; Python orders sets of strings by a hash that differs
  from process to process. They are given an order.
* `sh:pattern`, REGEX and REPLACE are XPath's (`xpath_regex`), and one match has a bound on its time (`regex_time`).
* What is compared goes by SPARQL's operators (`sparql_order`): NaN and blank nodes do not conform, and stop nothing.
* Messages keep their language, and what a query binds to `?message` is the message (SHACL 5.3.2).
* ASK validators give the value (SHACL 6.3), and the messages of one result are no others'.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core import value_range_constraints
from pyshacl.constraints.core.other_constraints import HasValueConstraintComponent, InConstraintComponent
from pyshacl.constraints.core.property_pair_constraints import (
    DisjointConstraintComponent,
    EqualsConstraintComponent,
    LessThanConstraintComponent,
    LessThanOrEqualsConstraintComponent,
)
from pyshacl.constraints.core.shape_based_constraints import QualifiedValueShapeConstraintComponent
from pyshacl.constraints.core.string_based_constraints import PatternConstraintComponent
from pyshacl.constraints.sparql.sparql_based_constraint_components import (
    AskConstraintValidator,
    BoundShapeValidatorComponent,
    SPARQLConstraintComponentValidator,
)
from pyshacl.errors import ConstraintLoadError, ValidationFailure
from pyshacl.shape import Shape
from rdflib import RDF, BNode, Literal
from rdflib.namespace import SH
from rdflib.plugins.sparql import operators, parser
from rdflib.term import Node

from ckg.validate import xpath_regex
from ckg.validate.regex_time import bounded
from ckg.validate.sparql_order import is_less

_KEPT_IN_SETS: tuple[tuple[type[ConstraintComponent], str], ...] = (
    (InConstraintComponent, "in_vals"),
    (HasValueConstraintComponent, "has_value_set"),
    (EqualsConstraintComponent, "property_compare_set"),
    (DisjointConstraintComponent, "property_compare_set"),
    (LessThanConstraintComponent, "property_compare_set"),
    (LessThanOrEqualsConstraintComponent, "property_compare_set"),
    (QualifiedValueShapeConstraintComponent, "value_shapes"),
)
_RANGE = value_range_constraints
_TEMPLATE = re.compile(r"\{[?$](\w+)\}")


class OrderedNodes(set[Node]):
    """A set of nodes that is walked in the order of their text."""

    def __iter__(self) -> Iterator[Node]:
        return iter(sorted(super().__iter__(), key=_text))


def _text(node: Node) -> tuple[str, str]:
    return str(node), repr(node)


@contextmanager
def patched() -> Iterator[None]:
    """Let pyshacl follow SHACL, and give equal reports in every process, for as long as the context lasts.

    The patches are global to the process, as those of `rdflib_graphs.lexical_forms_kept` are.
    """
    before: list[tuple[Any, str, Any]] = []
    SPARQLConstraintComponentValidator.validator_cache.clear()  # by the address of a graph, which Python uses again
    try:
        for kind, attribute in _KEPT_IN_SETS:
            before.append((kind, "__init__", kind.__init__))
            kind.__init__ = _ordering(kind.__init__, attribute)
        for owner, name, mended in _PATCHES:
            before.append((owner, name, getattr(owner, name)))
            setattr(owner, name, mended)
        yield
    finally:
        for owner, name, original in reversed(before):
            setattr(owner, name, original)
        SPARQLConstraintComponentValidator.validator_cache.clear()


def _ordering(original: Callable[..., None], attribute: str) -> Callable[..., None]:
    def made(self: ConstraintComponent, *args: Any, **options: Any) -> None:
        original(self, *args, **options)
        setattr(self, attribute, OrderedNodes(getattr(self, attribute)))

    return made


@dataclass(frozen=True, slots=True)
class Matcher:
    """An expression of `sh:pattern`, as pyshacl calls one: `match`, and then `search` where that finds nothing."""

    pattern: str
    compiled: re.Pattern[str]

    def match(self, text: str) -> bool:
        """Whether the expression is found anywhere in the text. Raises PatternTooSlow."""
        return bounded(lambda: self.compiled.search(text), self.pattern, text) is not None

    def search(self, _text: str) -> bool:
        """Return False: `match` has looked everywhere."""
        return False


def _load_pattern(self: PatternConstraintComponent, shape: Shape) -> None:
    """Take the place of `PatternConstraintComponent.__init__` (SHACL 4.4.3)."""
    super(PatternConstraintComponent, self).__init__(shape)
    patterns, flags = (list(shape.objects(predicate)) for predicate in (SH.pattern, SH.flags))
    if not all(isinstance(term, Literal) for term in (*patterns, *flags)) or len(flags) > 1:
        raise ConstraintLoadError(
            "sh:pattern takes literals, and sh:flags one literal.",
            "https://www.w3.org/TR/shacl/#PatternConstraintComponent",
        )
    self.string_rules = sorted(patterns, key=_text)
    self.flags = flags[0] if flags else None
    written = str(flags[0]) if flags else ""
    self.compiled_cache = {term: Matcher(str(term), xpath_regex.compiled(str(term), written)) for term in patterns}


def _regex(expression: Any, _context: Any) -> Literal:
    """REGEX (SPARQL 1.1, 17.4.3.14)."""
    text, pattern, flags = str(operators.string(expression.text)), *_pattern(expression)
    matcher = xpath_regex.compiled(pattern, flags)
    return Literal(bounded(lambda: matcher.search(text), pattern, text) is not None)


def _replace(expression: Any, _context: Any) -> Literal:
    """REPLACE (SPARQL 1.1, 17.4.3.15)."""
    term, by = operators.string(expression.arg), str(operators.string(expression.replacement))
    pattern, flags = _pattern(expression)
    matcher = xpath_regex.compiled(pattern, flags)
    made = bounded(lambda: xpath_regex.replaced(matcher, str(term), by, flags), pattern, str(term))
    return Literal(made, datatype=term.datatype, lang=term.language)


def _pattern(expression: Any) -> tuple[str, str]:
    flags = expression.flags
    return str(operators.string(expression.pattern)), "" if flags is None else str(operators.string(flags))


def _in_range(*, bound_first: bool, or_equal: bool) -> Callable[..., Any]:
    """Return what takes the place of the test of one bound of `sh:minInclusive` and its kin (SHACL 4.3)."""

    def test(self: Any, bound: Node, target: Any, values: Mapping[Node, Iterable[Node]]) -> Any:
        reports = []
        for focus, of_focus in values.items():
            for value in of_focus:
                left, right = (bound, value) if bound_first else (value, bound)
                if not is_less(left, right, or_equal=or_equal):
                    reports.append(self.make_v_result(target, focus, value_node=value))
        return bool(reports), reports

    return test


def _compared(self: Any, values: Iterable[Node], others: Iterable[Node], target: Any, focus: Node) -> Any:
    """Take the place of the test of `sh:lessThan` and `sh:lessThanOrEquals` (SHACL 4.5.3, 4.5.4): a result a pair."""
    or_equal = isinstance(self, LessThanOrEqualsConstraintComponent)
    failing = [value for value in values for other in others if not is_less(value, other, or_equal=or_equal)]
    return bool(failing), [self.make_v_result(target, focus, value_node=value) for value in failing]


def _result(  # noqa: PLR0917 - pyshacl's own parameters
    self: ConstraintComponent,
    datagraph: Any,
    focus_node: Node,
    value_node: Node | None = None,
    result_path: Node | None = None,
    constraint_component: Node | None = None,
    source_constraint: Node | None = None,
    extra_messages: Iterable[Node] | None = None,
    bound_vars: Any = None,
) -> tuple[str, BNode, list[tuple[Node, Node, Any]]]:
    """Take the place of `ConstraintComponent.make_v_result`: the result's triples, without a text for a terminal."""
    node = BNode()
    shape, graph = self.shape, self.shape.sg.graph
    path = result_path if result_path is not None else shape.path()
    known = _bound(bound_vars)
    messages: list[Node] = list(dict.fromkeys([*shape.message, *(extra_messages or ())]))
    if "message" in known:
        messages = [known["message"]]
    elif not messages:
        messages = list(self.make_generic_messages(datagraph, focus_node, value_node))
    rows: list[tuple[Node, Any]] = [
        (RDF.type, SH.ValidationResult),
        (SH.sourceConstraintComponent, (graph, constraint_component or self.shacl_constraint_component)),
        (SH.sourceShape, (graph, shape.node)),
        (SH.resultSeverity, shape.severity),
        (SH.focusNode, (datagraph, focus_node)),
        *(((SH.value, (datagraph, value_node)),) if value_node is not None else ()),
        *(((SH.resultPath, (graph, path)),) if path is not None else ()),
        *(((SH.sourceConstraint, (graph, source_constraint)),) if source_constraint is not None else ()),
        *((SH.resultMessage, _filled(message, known)) for message in messages),
    ]
    return "", node, [(node, predicate, value) for predicate, value in rows]


def _bound(given: Any) -> dict[str, Node]:
    """Return the variables of a solution by name, from the forms in which pyshacl hands them over."""
    if isinstance(given, Mapping):
        return {str(name): value for name, value in given.items()}
    if not given:
        return {}
    this, path, value, *rest = given
    named = {"this": this, "path": path, "value": value}
    return {**(rest[0] if rest else {}), **{name: node for name, node in named.items() if node is not None}}


def _filled(message: Node, known: Mapping[str, Node]) -> Node:
    """Return a message with the values of variables in it (SHACL 5.3.2), in the language in which it was written."""
    if not isinstance(message, Literal) or not known:
        return message
    text = _TEMPLATE.sub(lambda found: str(known.get(found[1], found[0])), str(message))
    return Literal(text, lang=message.language, datatype=message.datatype)


def _own_component(self: BoundShapeValidatorComponent, executor: Any, target: Any, values: Any, _path: Any) -> Any:
    """Take the place of the evaluation of a constraint component of one's own (SHACL 6.3)."""
    reports = []
    asks = isinstance(self.validator, AskConstraintValidator)
    helper, shape = self.query_helper, self.shape
    for focus, of_focus in values.items():
        for candidate, found in self.validator.validate(executor, focus, of_focus, target, helper):
            if found is True:
                raise ValidationFailure("a validator has bound ?failure")
            this, path, value = found if isinstance(found, tuple) else (None, None, None)
            if value is None and (asks or not shape.is_property_shape):
                value = candidate
            known = {**helper.param_bind_map, "this": this or focus, "value": candidate if value is None else value}
            if shape.is_property_shape:
                known["path"] = path or shape.path()
            helper.bind_messages(known)
            reports.append(
                self.make_v_result(
                    target,
                    this or focus,
                    value_node=value,
                    result_path=path,
                    constraint_component=self.constraint.node,
                    extra_messages=[*(self.constraint.messages or ()), *helper.bound_messages],
                )
            )
    return not reports, reports


_PATCHES: tuple[tuple[Any, str, Any], ...] = (
    (PatternConstraintComponent, "__init__", _load_pattern),
    (parser.RegexExpression, "evalfn", _regex),
    (parser.StrReplaceExpression, "evalfn", _replace),
    (ConstraintComponent, "make_v_result", _result),
    (BoundShapeValidatorComponent, "evaluate", _own_component),
    (LessThanConstraintComponent, "_compare_lt", _compared),
    (LessThanOrEqualsConstraintComponent, "_compare_ltoe", _compared),
    (_RANGE.MinExclusiveConstraintComponent, "_evaluate_min_rule", _in_range(bound_first=True, or_equal=False)),
    (_RANGE.MinInclusiveConstraintComponent, "_evaluate_min_rule", _in_range(bound_first=True, or_equal=True)),
    (_RANGE.MaxExclusiveConstraintComponent, "_evaluate_max_rule", _in_range(bound_first=False, or_equal=False)),
    (_RANGE.MaxInclusiveConstraintComponent, "_evaluate_max_rule", _in_range(bound_first=False, or_equal=True)),
)
