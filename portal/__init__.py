"""How people and other systems come in: the command line."""
