"""What Home Assistant writes while nothing happens."""
