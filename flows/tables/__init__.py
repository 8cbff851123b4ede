"""Tables of offices, read apart: the process that reads them knows nothing else and is ended at its limits."""
