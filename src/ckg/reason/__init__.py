"""OWL 2 RL: the rules, the closure, and the reason for every inferred triple."""
