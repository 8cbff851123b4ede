"""Pages and API as one server."""
