"""What is checked of a query before any engine sees it, on its tokens, in linear time."""
