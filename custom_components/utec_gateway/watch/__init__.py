"""What the triggers and conditions for automations look at."""
