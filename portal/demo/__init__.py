"""A made-up city at work, to be looked at."""
