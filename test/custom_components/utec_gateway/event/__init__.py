"""What happens, as events."""
