-- The Prefect server keeps its own records in a database of its own; run once when PostgreSQL is set up.
CREATE DATABASE prefect;
