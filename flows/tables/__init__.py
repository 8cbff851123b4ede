"""Reading offices' tables in a sandbox: a process without other data, killed at its limits."""
