"""The shop's data at any size: a project folder for `ckg build`, the same bytes for the same size and seed.

    python -m shop.data OUT --triples 1000000 --files 20        (in benchmarks/)

Products stand in a tree of categories and have features, texts and numbers; vendors offer them for a price and a time,
persons review them in five languages. A product brings about 99 triples. `Sizes` says how many there are of each, so
that queries can name things that exist without reading the data. No blank nodes, so that answers can be compared, and
every number in its canonical form, because engines write what they store in that form.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

BASE = "https://shop.example/"
ID = f"{BASE}id/"
ONTOLOGY = f"{BASE}ontology#"
PREFIXES = {
    "shop": ONTOLOGY,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
HEAD = f"@base <{BASE}> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
CONFIG = f"""[project]
name = "shop"
title = "A shop"
base = "{BASE}"
version = "1"
license = "https://creativecommons.org/publicdomain/zero/1.0/"
languages = ["en"]
"""

TRIPLES_PER_PRODUCT = 99
FEATURES_PER_CATEGORY = 30
COUNTRIES = ("JP", "KZ", "UZ", "KG", "TJ", "TM", "DE", "FR", "US", "BR")
LANGUAGES = ("en", "en", "en", "ja", "de", "ru", "kk")
FIRST_DAY = date(2024, 1, 1)
DAYS = 700
SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo")
WORDS = tuple("".join(parts) for parts in itertools.product(SYLLABLES, repeat=3))[::7]
"""392 invented words."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many things of each kind there are.

    >>> Sizes.of(1_000_000).products
    10101
    """

    products: int
    categories: int
    producers: int
    vendors: int
    persons: int

    @classmethod
    def of(cls, triples: int) -> Sizes:
        """Return the sizes of a shop of about so many triples."""
        products = max(40, triples // TRIPLES_PER_PRODUCT)
        return cls(products, max(8, int(products**0.5)), max(4, products // 40), max(4, products // 60), products)

    def category(self, product: int) -> int:
        """Return the category of a product that has no narrower one."""
        return product * 7919 % self.categories

    def feature(self, category: int, number: int) -> int:
        """Return one of the features that products of a category may have."""
        return (category * 17 + number) % (self.categories * 17 + FEATURES_PER_CATEGORY)

    def producer(self, product: int) -> int:
        """Return who makes a product."""
        return product // 40 % self.producers


def ancestors(category: int) -> Iterator[int]:
    """Yield a category and those above it; 0 is above all, and each has eight below it."""
    yield category
    while category:
        category = (category - 1) // 8
        yield category


def ontology() -> str:
    """Return the terms of the shop in Turtle: few axioms, of the kinds that most vocabularies have."""
    terms = [HEAD + "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix sh: <http://www.w3.org/ns/shacl#> ."]
    declared = f'[ sh:prefix "shop" ; sh:namespace "{ONTOLOGY}"^^xsd:anyURI ]'
    terms.append(f'<ontology> a owl:Ontology ; rdfs:label "Terms of the shop"@en ; sh:declare {declared} .')
    above = {"Producer": "Company", "Vendor": "Company"}
    for name in ("Product", "Category", "Feature", "Company", "Producer", "Vendor", "Offer", "Review", "Person"):
        broader = f" ; rdfs:subClassOf shop:{above[name]}" if name in above else ""
        terms.append(f'shop:{name} a owl:Class ; rdfs:label "{name.lower()}"@en{broader} .')
    above = {"offers": "about", "reviews": "about"}
    for name in ("about", "category", "broader", "feature", "producer", "offers", "vendor", "reviews", "reviewer"):
        broader = f" ; rdfs:subPropertyOf shop:{above[name]}" if name in above else ""
        terms.append(f'shop:{name} a owl:ObjectProperty ; rdfs:label "{name}"@en{broader} .')
    for name in ("number1", "number2", "text1", "text2", "text3", "price", "validFrom", "validTo", "deliveryDays",
                 "country", "text", "rating1", "rating2"):  # fmt: skip
        terms.append(f'shop:{name} a owl:DatatypeProperty ; rdfs:label "{name}"@en .')
    return "\n".join(terms) + "\n"


class Shop:
    """Writes the things of a shop in Turtle, one product with its offers and reviews after the other."""

    def __init__(self, sizes: Sizes, seed: int) -> None:
        self.sizes = sizes
        self._random = random.Random(seed)

    def words(self, least: int, most: int) -> str:
        return " ".join(self._random.choices(WORDS, k=self._random.randint(least, most)))

    def day(self, after: int = 0) -> str:
        return str(FIRST_DAY + timedelta(days=after + self._random.randrange(DAYS)))

    def money(self, cents: int) -> str:
        """Return an amount as a decimal in canonical form: no zero at its end, a digit after the point."""
        whole, part = divmod(cents, 100)
        return f'"{whole}.{f"{part:02}".rstrip("0") or "5"}"^^xsd:decimal'

    def frame(self) -> Iterator[str]:
        """Yield what there are few of: categories, features, producers, vendors, persons."""
        sizes, one_of = self.sizes, self._random.choice
        for n in range(sizes.categories):
            above = f" ; shop:broader <id/category/{(n - 1) // 8}>" if n else ""
            yield f'<id/category/{n}> a shop:Category ; rdfs:label "category {n} {one_of(WORDS)}"{above} .\n'
        for n in range(sizes.categories * 17 + FEATURES_PER_CATEGORY):
            yield f'<id/feature/{n}> a shop:Feature ; rdfs:label "feature {n} {one_of(WORDS)}" .\n'
        for kind, count in (("producer", sizes.producers), ("vendor", sizes.vendors), ("person", sizes.persons)):
            for n in range(count):
                label = f'rdfs:label "{self.words(2, 3)} {n}" ; shop:country "{COUNTRIES[n * 7 % len(COUNTRIES)]}"'
                yield f"<id/{kind}/{n}> a shop:{kind.title()} ; {label} .\n"

    def product(self, n: int) -> Iterator[str]:
        """Yield a product, its offers and its reviews."""
        sizes, number = self.sizes, self._random.randint
        category = sizes.category(n)
        kinds = " , ".join(f"<id/category/{above}>" for above in ancestors(category))
        chosen = sorted(self._random.sample(range(FEATURES_PER_CATEGORY), number(8, 14)))
        features = " , ".join(f"<id/feature/{sizes.feature(category, one)}>" for one in chosen)
        third = f' ; shop:text3 "{self.words(3, 9)}"' if n % 5 < 3 else ""
        second = f" ; shop:number2 {number(1, 2000)}" if n % 4 else ""
        yield (
            f'<id/product/{n}> a shop:Product ; rdfs:label "{self.words(1, 3)} {n}" ; shop:category {kinds} ;\n'
            f"  shop:feature {features} ; shop:producer <id/producer/{sizes.producer(n)}> ;\n"
            f'  rdfs:comment "{self.words(10, 30)}" ; shop:text1 "{self.words(3, 9)}" ;\n'
            f'  shop:text2 "{self.words(3, 9)}"{third} ; shop:number1 {number(1, 2000)}{second} .\n'
        )
        price = number(500, 500_000)
        for m in range(6):
            begins = self._random.randrange(DAYS)
            yield (
                f"<id/offer/{n}-{m}> a shop:Offer ; shop:offers <id/product/{n}> ;\n"
                f"  shop:vendor <id/vendor/{number(0, sizes.vendors - 1)}> ;\n"
                f"  shop:price {self.money(price + number(0, price // 3))} ; shop:deliveryDays {number(1, 9)} ;\n"
                f'  shop:validFrom "{FIRST_DAY + timedelta(days=begins)}"^^xsd:date ;\n'
                f'  shop:validTo "{FIRST_DAY + timedelta(days=begins + number(10, 90))}"^^xsd:date .\n'
            )
        for m in range(4):
            other = f" ; shop:rating2 {number(1, 10)}" if number(0, 9) < 7 else ""
            yield (
                f"<id/review/{n}-{m}> a shop:Review ; shop:reviews <id/product/{n}> ;\n"
                f'  shop:reviewer <id/person/{number(0, sizes.persons - 1)}> ; dcterms:title "{self.words(2, 6)}" ;\n'
                f'  shop:text "{self.words(8, 25)}"@{self._random.choice(LANGUAGES)} ;\n'
                f'  dcterms:created "{self.day()}"^^xsd:date ; shop:rating1 {number(1, 10)}{other} .\n'
            )


def write(out: Path, *, triples: int, seed: int = 1, files: int = 20) -> Sizes:
    """Write a project folder with about so many triples; return how many things it has."""
    if out.exists():
        shutil.rmtree(out)
    for name in ("data", "ontology", "shapes"):
        (out / name).mkdir(parents=True)
    (out / "ckg.toml").write_text(CONFIG, encoding="utf-8")
    (out / "ontology" / "shop.ttl").write_text(ontology(), encoding="utf-8")
    sizes = Sizes.of(triples)
    shop = Shop(sizes, seed)
    with (out / "data" / "frame.ttl").open("w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(shop.frame())
    files = min(files, sizes.products)
    for number in range(files):
        with (out / "data" / f"products-{number:03}.ttl").open("w", encoding="utf-8") as file:
            file.write(HEAD)
            for product in range(number * sizes.products // files, (number + 1) * sizes.products // files):
                file.writelines(shop.product(product))
    return sizes


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--triples", type=int, default=100_000, help="about how many triples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=20, help="in how many files the products are")
    options = vars(parser.parse_args())
    print(write(options.pop("out"), **options))


if __name__ == "__main__":
    main()
