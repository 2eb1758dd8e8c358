"""Queries that would run for ever, or until the memory is full, if nobody cut them.

Each row is a query over a store of a few thousand triples in which every node leads to others (see `conftest`).
"""

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
DOUBLE = " ".join(f"BIND(CONCAT(?s{n}, ?s{n}) AS ?s{n + 1})" for n in range(60))
DIGITS = " ".join(f"VALUES ?v{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in range(12))
LONG = "a" * 30_000

RUNAWAYS = {
    "product, counted": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "product, listed": f"SELECT * {{ {CROSS} }}",
    "product, ordered": f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f",
    "product, ordered by an expression": f"SELECT * {{ {CROSS} }} ORDER BY CONCAT(STR(?a), STR(?d))",
    "product, distinct": f"SELECT DISTINCT ?a ?d ?g ?j {{ {CROSS} }}",
    "product, grouped": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?a ?d ?g",
    "product, concatenated": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?x) {{ {CROSS} }}",
    "product, filtered at the end": f"SELECT * {{ {CROSS} FILTER(STRLEN(CONCAT(STR(?a), STR(?l))) < 0) }}",
    "product, behind an offset": f"SELECT * {{ {CROSS} }} OFFSET 1000000000000 LIMIT 1",
    "product, asked": f"ASK {{ {CROSS} FILTER(CONCAT(STR(?a), STR(?l)) = 'x') }}",
    "product, constructed": f"CONSTRUCT {{ ?a ?e ?i }} WHERE {{ {CROSS} }}",
    "product, described": f"DESCRIBE ?a {{ {CROSS} FILTER(STRLEN(CONCAT(STR(?a), STR(?l))) < 0) }}",
    "product in a sub-select": f"SELECT (COUNT(?x) AS ?n) {{ {{ SELECT (CONCAT(STR(?a), STR(?j)) AS ?x) {{ {CROSS} }} }} }}",
    "product of values": f"SELECT (COUNT(*) AS ?n) {{ {DIGITS} }}",
    "product of values, ordered": f"SELECT * {{ {DIGITS} }} ORDER BY ?v3 ?v7",
    "product by optional": "SELECT * { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i OPTIONAL { ?j ?k ?l } } } }",
    "product by union": "SELECT * { { ?a ?b ?c } UNION { ?a ?b ?c . ?x ?y ?z } { ?d ?e ?f } UNION { ?g ?h ?i . ?u ?v ?w } }",
    "product by graph": f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g1 {{ {CROSS} }} GRAPH ?g2 {{ ?m ?n1 ?o . ?p ?q ?r }} }}",
    "product with inequalities": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d && ?d != ?g && ?c != ?i && ?b = ?nope) }",
    "existence for every pair": "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?x ?y ?z FILTER(CONCAT(STR(?x), STR(?a), STR(?d)) = '') } }",
    "minus of a product": "SELECT * { ?a ?b ?c MINUS { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }",
    "path between all nodes": "SELECT (COUNT(*) AS ?n) { ?a (ex:p0|ex:p1|ex:p2)* ?b . ?c (ex:p0|ex:p1|ex:p2)* ?d }",
    "path of paths": "SELECT (COUNT(*) AS ?n) { ?a ((ex:p0|!ex:p0)+/(ex:p1|^ex:p1)*)+ ?b . ?b (ex:p2|^ex:p2)* ?c . ?c !ex:p0* ?d }",
    "path backwards and forwards": "SELECT * { ?a (^!ex:x/!ex:x)* ?b . ?b (^!ex:x/!ex:x)* ?c }",
    "nested stars": "SELECT * { ?a ((((!ex:x)*)*)*)* ?b . ?b ((!ex:x)*)* ?c }",
    "long sequence of paths": "SELECT * { ?a " + "/".join(["(!ex:x|^!ex:x)"] * 15) + " ?b }",
    "doubling of a text": f"SELECT (STRLEN(?s60) AS ?n) {{ VALUES ?s0 {{ 'aaaaaaaaaaaaaaaa' }} {DOUBLE} }}",
    "doubling by replacement": "SELECT (STRLEN(?x) AS ?n) { "
    + " ".join(f"BIND(REPLACE({f'?r{n - 1}' if n else repr('a' * 50)}, 'a', '{'a' * 50}') AS ?r{n})" for n in range(9))
    + " BIND(?r8 AS ?x) }",
    "regex over a product": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER REGEX(CONCAT(STR(?a), STR(?d), STR(?g)), '(a|b|c|d)*z.*y$', 'i') }}",
    "huge regex": f"SELECT * {{ {CROSS} FILTER REGEX(STR(?c), '(({'a|' * 4000}b){{1,50}}){{1,50}}') }}",
    "many regexes": f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT('{LONG}', STR(?a)), CONCAT(STR(?d), 'x+y*')) }}",
    "hash of a long text for every pair": f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f FILTER(SHA512(CONCAT('{LONG}', STR(?a), STR(?f))) = '') }}",
    "star of patterns": "SELECT * { " + " ".join(f"?x{n} ?p{n} ?y{n} ." for n in range(60)) + " }",
    "chain without end": "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?x{n} !ex:no ?x{n + 1} ." for n in range(50)) + " }",
    "unions in a row": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"{{ ?a{n} ?b{n} ?c{n} }} UNION {{ ?c{n} ?b{n} ?a{n} }}" for n in range(12))
    + " }",
    "values joined in every way": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES (?a{n} ?b{n}) {{ {' '.join(f'({i} {i + 1})' for i in range(60))} }}" for n in range(9))
    + " }",
    "sub-selects of everything": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"{{ SELECT ?s{n} {{ ?s{n} ?p ?o }} }}" for n in range(8))
    + " }",
    "random order of a product": f"SELECT * {{ {CROSS} }} ORDER BY RAND()",
}
