"""Texts that bring an unguarded engine down, and how to make them of any size."""

from collections.abc import Callable


def nested(opening: str, middle: str, closing: str, before: str = "ASK {", after: str = "}") -> Callable[[int], str]:
    return lambda n: before + opening * n + middle + closing * n + after


def repeated(piece: str, joint: str = " ", before: str = "ASK {", after: str = "}") -> Callable[[int], str]:
    return lambda n: before + joint.join(piece.replace("#", str(i)) for i in range(n)) + after


DEEP = {
    "groups": nested("{", "?s ?p ?o", "}"),
    "parentheses": nested("(", "1", ")", "ASK {FILTER", "}"),
    "exists": nested("FILTER EXISTS {", "?s ?p ?o", "}"),
    "not exists in an expression": nested("NOT EXISTS {FILTER(", "1", ")}", "ASK {FILTER(", ")}"),
    "not": nested("!", "1", "", "ASK {FILTER(", ")}"),
    "not behind a comparison that looks like an IRI": nested("!", "1>?s", "", "ASK {FILTER(?s<", ")}"),
    "parentheses behind what looks like an IRI": nested("(", "1", ")", "ASK {FILTER(?s<", "&&?s>1)}"),
    "functions": nested("STR(", "1", ")", "ASK {FILTER(", ")}"),
    "if": nested("IF(1,1,", "1", ")", "ASK {FILTER(", ")}"),
    "in": nested("1 IN (", "1", ")", "ASK {FILTER(", ")}"),
    "optional": nested("?s ?p ?o OPTIONAL {", "?s ?p ?o", "}"),
    "union": nested("{ ?s ?p ?o } UNION {", "", "}"),
    "minus": nested("?s ?p ?o MINUS {", "?s ?p ?o", "}"),
    "graph": nested("GRAPH ?g {", "?s ?p ?o", "}"),
    "sub-selects": nested("{SELECT * {", "?s ?p ?o", "}}"),
    "blank nodes": nested("[ ?p ", "1", " ]", "ASK {?s ?p ", "}"),
    "collections": nested("(", "1", ")", "ASK {?s ?p ", "}"),
    "path groups": nested("(", "<p:p>", ")*", "ASK {?s ", " ?o}"),
    "inverse paths": nested("^(", "<p:p>", ")", "ASK {?s ", " ?o}"),
    "negated property sets": nested("!(", "<p:p>", ")", "ASK {?s ", " ?o}"),
    "quoted triples": nested("<< ", "?s", " ?p ?o >>", "ASK {", " ?p ?o}"),
    "construct template": nested("[ <p:p> ", "1", " ]", "CONSTRUCT {?s ?p ", "} WHERE {}"),
    "aggregates": nested("SUM(", "?o", ")", "SELECT (", " AS ?x) {?s ?p ?o}"),
}

WIDE = {
    "star": repeated("?s <p:#> ?o# ."),
    "objects": repeated("?o#", ",", "ASK {?s ?p ", "}"),
    "predicates": repeated("?p# ?o#", ";", "ASK {?s ", "}"),
    "chain": repeated("?s# <p:p> ?t# ."),
    "collection": repeated("1", " ", "ASK {?s ?p (", ")}"),
    "collection of negative numbers": repeated("-1", " ", "ASK {?s ?p (", ")}"),
    "collection of typed literals": repeated('"1"^^<t:t>', " ", "ASK {?s ?p (", ")}"),
    "collection as subject": repeated("?m#", " ", "ASK {(", ") ?p ?o}"),
    "groups": repeated("{?s ?p ?o}"),
    "graphs": repeated("GRAPH ?g# {?s ?p ?o}"),
    "values blocks": repeated("VALUES ?x {1}"),
    "sub-selects": repeated("{SELECT ?s {?s ?p ?o}}"),
    "path sequence": repeated("<p:p>", "/", "ASK {?s ", " ?o}"),
    "blank nodes": repeated("[ ?p ?o# ] ?q ?r ."),
    "unions of joins": repeated("{?a ?b ?c} UNION {?c ?d ?e}"),
    "pairs of groups": repeated("{?a# ?b ?c#} ?c# ?d ?e ."),
}

LONG = {
    "union": repeated("{?s ?p ?o}", " UNION "),
    "optional": repeated("OPTIONAL {?s ?p ?o#}"),
    "minus": repeated("MINUS {?s ?p ?o}"),
    "or": repeated("?o=#", "||", "ASK {?s ?p ?o FILTER(", ")}"),
    "and": repeated("?o!=#", "&&", "ASK {?s ?p ?o FILTER(", ")}"),
    "sum": repeated("1", "+", "ASK {FILTER(", ")}"),
    "product": repeated("1", "*", "ASK {FILTER(", ")}"),
    "filters": repeated("FILTER(?o!=#)", " ", "ASK {?s ?p ?o ", "}"),
    "bindings": repeated("BIND(1 AS ?b#)"),
    "order": repeated("(?o+#)", " ", "SELECT * {?s ?p ?o} ORDER BY ", ""),
    "having": repeated("(1)", " ", "SELECT (1 AS ?x) {?s ?p ?o} GROUP BY ?s HAVING ", ""),
    "describe": repeated("<a:#>", " ", "DESCRIBE ", ""),
    "alternative paths": repeated("<p:#>", "|", "ASK {?s ", " ?o}"),
}
