"""What one visitor may see of a case, and whether that has changed since they saw it."""
