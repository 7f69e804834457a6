"""Tests of what Home Assistant remembers."""
