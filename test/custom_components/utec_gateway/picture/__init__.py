"""Tests of what the gateway tells."""
