"""Automatic work: importing tables from offices, and the scheduled jobs."""
