"""The way in over HTTP, for pages and programs alike: who asks, on which threads, and what is entered."""
