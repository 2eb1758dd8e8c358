"""What language models ask: the tools, and the servers of the Model Context Protocol that offer them."""
