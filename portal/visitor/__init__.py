"""What a visitor may see and do."""
