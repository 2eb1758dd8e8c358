"""A shop, its offers and what people say of its products: data and queries of our own to measure endpoints with."""
