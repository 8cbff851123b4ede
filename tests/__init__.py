"""How we know: tests, in folders that mirror the packages."""
