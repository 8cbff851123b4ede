"""How programs come in: the HTTP API, with the rights of the pages and none beside them."""
