"""Tests of what the entities have in common."""
