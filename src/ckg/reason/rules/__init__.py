"""The rules of OWL 2 RL/RDF as data, the terms and datatypes they speak of, and what is left out as trivial."""
