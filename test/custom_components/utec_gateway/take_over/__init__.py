"""Another gateway takes over."""
