"""What people see of all entities."""
