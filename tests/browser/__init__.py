"""Each role's whole job in a real browser: Debian's chromium, driven by playwright, over a real server."""
