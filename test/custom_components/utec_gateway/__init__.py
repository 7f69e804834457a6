"""Tests of the bridge inside Home Assistant."""
