"""Tests of the session with the gateway."""
