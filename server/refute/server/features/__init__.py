"""One file for each LSP feature, each with a `register` that adds its handlers to the server."""
