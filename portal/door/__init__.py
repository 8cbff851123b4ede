"""The HTTP entrance of pages and programs: authentication, threads, and entries of the access log."""
