"""What happens by itself: reading what offices send, and the work of the night."""
