"""What people ask a shop: seventeen kinds of query, each with constants of its own every time it is asked.

Every query with LIMIT has an order without ties, so that any correct engine gives the same rows. A number at the end
of each text makes it one that was never asked before: no answer comes from memory.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from shop.data import COUNTRIES, DAYS, FEATURES_PER_CATEGORY, FIRST_DAY, PREFIXES, WORDS, Sizes

PROLOGUE = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items()) + "BASE <https://shop.example/id/> "

KINDS: Mapping[str, str] = {
    "products by features": """
        SELECT DISTINCT ?product ?label { ?product rdfs:label ?label ; shop:category <category/%(category)s> ;
            shop:feature <feature/%(feature1)s> , <feature/%(feature2)s> ; shop:number1 ?number
          FILTER (?number > %(number)s) } ORDER BY ?label ?product LIMIT 10""",
    "product details": """
        SELECT ?label ?comment ?made ?feature ?text1 ?text2 ?text3 ?number1 ?number2 { <product/%(product)s>
            rdfs:label ?label ; rdfs:comment ?comment ; shop:producer/rdfs:label ?made ;
            shop:feature/rdfs:label ?feature ; shop:text1 ?text1 ; shop:text2 ?text2 ; shop:number1 ?number1
          OPTIONAL { <product/%(product)s> shop:text3 ?text3 } OPTIONAL { <product/%(product)s> shop:number2 ?number2 }
        }""",
    "one feature but not another": """
        SELECT ?product ?label { ?product rdfs:label ?label ; shop:category <category/%(category)s> ;
            shop:feature <feature/%(feature1)s> ; shop:number1 ?number1 FILTER (?number1 < %(number)s)
          OPTIONAL { ?product shop:feature <feature/%(feature2)s> ; rdfs:label ?other } FILTER (!BOUND(?other))
        } ORDER BY ?label ?product LIMIT 10""",
    "either of two features": """
        SELECT DISTINCT ?product ?label ?text { { ?product shop:feature <feature/%(feature1)s> ; shop:number1 ?number }
          UNION { ?product shop:feature <feature/%(feature2)s> ; shop:number2 ?number }
          ?product rdfs:label ?label ; shop:category <category/%(category)s> ; shop:text1 ?text
          FILTER (?number > %(number)s) } ORDER BY ?label ?product OFFSET 5 LIMIT 10""",
    "similar products": """
        SELECT DISTINCT ?product ?label { <product/%(product)s> shop:feature ?feature ; shop:number1 ?here .
          ?product shop:feature ?feature ; shop:number1 ?there ; rdfs:label ?label FILTER (
            ?product != <product/%(product)s> && ?there < ?here + 120 && ?there > ?here - 120)
        } ORDER BY ?label ?product LIMIT 5""",
    "products by a word": """
        SELECT ?product ?label { ?product a shop:Product ; rdfs:label ?label FILTER CONTAINS(?label, "%(word)s")
        } ORDER BY ?label ?product LIMIT 20""",
    "product with its offers and reviews": """
        SELECT ?label ?offer ?price ?seller ?review ?title ?who ?rating1 ?rating2 { <product/%(product)s> rdfs:label
          ?label OPTIONAL { ?offer shop:offers <product/%(product)s> ; shop:price ?price ; shop:validTo ?end ;
            shop:vendor ?vendor . ?vendor rdfs:label ?seller ; shop:country "%(country)s"
            FILTER (?end > "%(day)s"^^xsd:date) }
          OPTIONAL { ?review shop:reviews <product/%(product)s> ; shop:reviewer/rdfs:label ?who ; dcterms:title ?title
            OPTIONAL { ?review shop:rating1 ?rating1 } OPTIONAL { ?review shop:rating2 ?rating2 } } }""",
    "reviews in a language": """
        SELECT ?review ?title ?text ?date ?who ?rating { ?review shop:reviews <product/%(product)s> ; shop:text ?text ;
            dcterms:title ?title ; dcterms:created ?date ; shop:reviewer/rdfs:label ?who
          FILTER LANGMATCHES(LANG(?text), "%(language)s") OPTIONAL { ?review shop:rating1 ?rating }
        } ORDER BY DESC(?date) ?review LIMIT 20""",
    "who wrote a review": "DESCRIBE ?who { <review/%(product)s-%(of4)s> shop:reviewer ?who }",
    "a person's reviews": """
        SELECT ?review ?title ?label ?rating { ?review shop:reviewer <person/%(person)s> ; dcterms:title ?title ;
            shop:reviews/rdfs:label ?label OPTIONAL { ?review shop:rating2 ?rating } } ORDER BY ?title ?review""",
    "offers in time": """
        SELECT DISTINCT ?offer ?price ?days { ?offer shop:offers <product/%(product)s> ; shop:price ?price ;
            shop:validFrom ?begin ; shop:validTo ?end ; shop:deliveryDays ?days ; shop:vendor/shop:country ?country
          FILTER (?days <= 6 && ?begin <= "%(day)s"^^xsd:date && ?end >= "%(early)s"^^xsd:date)
        } ORDER BY ?price ?offer LIMIT 10""",
    "everything on an offer": """
        SELECT ?property ?value ?of { { <offer/%(product)s-%(of4)s> ?property ?value }
          UNION { ?of ?property <offer/%(product)s-%(of4)s> } }""",
    "an offer in other words": """
        CONSTRUCT { <offer/%(product)s-%(of4)s> rdfs:label ?label ; dcterms:publisher ?seller ; dcterms:valid ?end ;
            dcterms:extent ?price } WHERE { <offer/%(product)s-%(of4)s> shop:offers/rdfs:label ?label ;
            shop:vendor/rdfs:label ?seller ; shop:validTo ?end ; shop:price ?price }""",
    "prices in a category": """
        SELECT ?country (COUNT(?offer) AS ?offers) (MIN(?price) AS ?least) (AVG(?price) AS ?mean) {
            ?product shop:category <category/%(category)s> . ?offer shop:offers ?product ; shop:price ?price ;
            shop:vendor/shop:country ?country } GROUP BY ?country ORDER BY ?country""",
    "a producer's best products": """
        SELECT ?product (AVG(?rating) AS ?mean) (COUNT(DISTINCT ?who) AS ?people) {
            ?product shop:producer <producer/%(producer)s> . ?review shop:reviews ?product ; shop:rating1 ?rating ;
            shop:reviewer ?who
        } GROUP BY ?product HAVING (COUNT(?review) > 1) ORDER BY DESC(?mean) ?product LIMIT 10""",
    "how many reviews": """
        SELECT (COUNT(?review) AS ?reviews) (COUNT(DISTINCT ?product) AS ?products) {
            ?product shop:category <category/%(category)s> . ?review shop:about ?product ; shop:rating1 ?rating
          FILTER (?rating >= %(rating)s) }""",
    "is there an offer": """
        ASK { ?offer shop:offers <product/%(product)s> ; shop:price ?price ; shop:vendor/shop:country "%(country)s"
          FILTER (?price < %(number)s) }""",
}  # fmt: skip

SMALL = "SELECT ?label { <product/%(product)s> rdfs:label ?label }"
"""The small query: one look-up with one row, for the cost of everything around the engine."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: its kind, its text, and whether it gives a graph rather than rows."""

    kind: str
    text: str

    @property
    def graph(self) -> bool:
        return self.text.startswith(("DESCRIBE", "CONSTRUCT"), len(PROLOGUE))

    @property
    def ordered(self) -> bool:
        return "ORDER BY" in self.text


class Questions:
    """The n-th query of the mix and the n-th small one: the same for the same shop, sizes and n."""

    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes

    def mixed(self, number: int) -> Asked:
        """Return a query of the mix: one of each kind in turn."""
        return self.of(tuple(KINDS)[number % len(KINDS)], number)

    def of(self, kind: str, number: int) -> Asked:
        """Return a query of a kind."""
        return Asked(kind, self._filled(KINDS[kind], number))

    def small(self, number: int) -> Asked:
        """Return a small query."""
        return Asked("small", self._filled(SMALL, number))

    def _filled(self, template: str, number: int) -> str:
        chosen, sizes = random.Random(number), self._sizes
        draw: Callable[[int], int] = chosen.randrange
        product = draw(sizes.products)
        # Narrow categories only: what is asked of must not grow with the shop as the shop itself does.
        category = sizes.categories - 1 - draw(sizes.categories // 2)
        first, second = chosen.sample(range(FEATURES_PER_CATEGORY), 2)
        day = FIRST_DAY + timedelta(days=draw(DAYS))
        constants = {
            "product": product, "category": category, "producer": draw(sizes.producers), "person": draw(sizes.persons),
            "feature1": sizes.feature(category, first), "feature2": sizes.feature(category, second),
            "number": 1 + draw(1500), "word": chosen.choice(WORDS), "country": chosen.choice(COUNTRIES),
            "day": day, "early": day - timedelta(days=30), "language": chosen.choice(("en", "ja", "de", "ru")),
            "of4": draw(4), "rating": 3 + draw(7),
        }  # fmt: skip
        return PROLOGUE + " ".join((template % constants).split()) + f" # {number}"
