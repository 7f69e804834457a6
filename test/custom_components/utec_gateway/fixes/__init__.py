"""Tests of the repairs that are put right in Home Assistant."""
