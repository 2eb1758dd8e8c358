"""Who may evaluate now and how much: lanes, the fair queue before them, budgets, and results shared by all."""
