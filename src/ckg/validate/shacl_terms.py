"""The terms of the namespace of SHACL: those that the gate evaluates, and those of later or other specifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ckg.model.vocabulary import SH_NS


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


TARGETS: Final = frozenset({"targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target"})

SHAPE_VALUED: Final = frozenset({"property", "node", "not", "qualifiedValueShape"})
"""Parameters whose value is a shape."""

LISTS_OF_SHAPES: Final = frozenset({"and", "or", "xone"})

LISTS: Final = LISTS_OF_SHAPES | {"in", "languageIn", "ignoredProperties"}
"""Parameters whose value is a list."""

BOOLEANS: Final = frozenset({"closed", "uniqueLang", "deactivated", "qualifiedValueShapesDisjoint"})

ONLY_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "flags": ("pattern",),
    "ignoredProperties": ("closed",),
    "qualifiedMinCount": ("qualifiedValueShape",),
    "qualifiedMaxCount": ("qualifiedValueShape",),
    "qualifiedValueShapesDisjoint": ("qualifiedValueShape",),
    "qualifiedValueShape": ("qualifiedMinCount", "qualifiedMaxCount"),
}
"""Parameters that say nothing without one of the others."""

CONSTRAINTS: Final = (
    SHAPE_VALUED
    | LISTS
    | _names(
        "class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength"
        " maxLength pattern flags uniqueLang equals disjoint lessThan lessThanOrEquals qualifiedMinCount"
        " qualifiedMaxCount qualifiedValueShapesDisjoint closed hasValue sparql"
    )
)
"""Properties by which a node is a shape (SHACL 2.1), whether it is typed as one or not."""

_CLASSES = _names(
    "AbstractResult ConstraintComponent NodeKind NodeShape Parameter Parameterizable PrefixDeclaration PropertyGroup"
    " PropertyShape ResultAnnotation SPARQLAskExecutable SPARQLAskValidator SPARQLConstraint SPARQLExecutable"
    " SPARQLConstructExecutable SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType Severity"
    " Shape Target TargetType ValidationReport ValidationResult Validator"
)
_INDIVIDUALS = _names("BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Literal Info Violation Warning")
_COMPONENTS = frozenset(
    f"{name}ConstraintComponent"
    for name in _names(
        "And Class Closed Datatype Disjoint Equals HasValue In LanguageIn LessThan LessThanOrEquals MaxCount"
        " MaxExclusive MaxInclusive MaxLength MinCount MinExclusive MinInclusive MinLength Node NodeKind Not"
        " Or Pattern Property QualifiedMaxCount QualifiedMinCount SPARQL UniqueLang Xone"
    )
)
_OTHER_PROPERTIES = _names(
    "alternativePath ask conforms construct declare defaultValue description detail focusNode group inversePath"
    " labelTemplate message name namespace nodeValidator oneOrMorePath optional order parameter path prefix prefixes"
    " propertyValidator result resultMessage resultPath resultSeverity select severity shapesGraph"
    " shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape suggestedShapesGraph validator"
    " value zeroOrMorePath zeroOrOnePath"
)

EVALUATED: Final = _CLASSES | _INDIVIDUALS | _COMPONENTS | _OTHER_PROPERTIES | CONSTRAINTS | TARGETS | {"deactivated"}
"""Terms that are evaluated, or that say nothing of what data must be: SHACL Core, SHACL-SPARQL, targets of SHACL-AF."""

_ADVANCED = "SHACL Advanced Features"
_JAVASCRIPT = "the JavaScript extensions of SHACL"
_DRAFT = "the drafts of SHACL 1.2"
_OTHERS: Mapping[str, str] = {
    _ADVANCED: "rule Rule TripleRule SPARQLRule condition subject predicate object this expression"
    " ExpressionConstraintComponent values Function SPARQLFunction returnType filterShape nodes union intersection if"
    " then else exists count distinct min max sum groupConcat separator orderBy asc desc limit offset minus path-of"
    " SPARQLConstructRule update SPARQLUpdateExecutable RulesEntailmentRegime",
    _JAVASCRIPT: "js JSConstraint JSConstraintComponent JSExecutable JSFunction JSLibrary JSRule JSTarget JSTargetType"
    " JSValidator jsFunctionName jsLibrary jsLibraryURL script",
    _DRAFT: "memberShape MemberShapeConstraintComponent uniqueMembers UniqueMembersConstraintComponent minListLength"
    " MinListLengthConstraintComponent maxListLength MaxListLengthConstraintComponent someValue"
    " SomeValueConstraintComponent subsetOf SubsetOfConstraintComponent singleLine SingleLineConstraintComponent"
    " rootClass RootClassConstraintComponent reifierShape ReifierShapeConstraintComponent reificationRequired"
    " targetWhere shape ShapeClass ByTypes Debug Trace conformanceDisallows nodeByExpression"
    " NodeByExpressionConstraintComponent uniqueValuesFor agentInstruction codeIdentifier intent unit"
    " nodeKindIn expectedType bodyExpression NodeExpression NamedParameterExpressionFunction",
    "annotations of results (SHACL 6.2.3), which a processor may leave out": "resultAnnotation annotationProperty"
    " annotationValue annotationVarName",
    "entailment regimes (SHACL 3.3)": "entailment",
}

NOT_EVALUATED: Final[Mapping[str, str]] = {
    name: source for source, names in _OTHERS.items() for name in names.split() if name not in EVALUATED
}
"""Terms that are SHACL's and that the gate does not evaluate, with what they belong to."""

MISSPELT_NAMESPACES: Final = (SH_NS.replace("http:", "https:"), SH_NS.replace("#", "/"))
