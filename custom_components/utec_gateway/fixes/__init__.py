"""The flows behind the repairs that can be put right in Home Assistant, or that lead to where they are."""
