"""Lets Home Assistant's test package load with a newer Home Assistant than the one that it is made for.

It is loaded before that package (`pytest -p`), and puts names back where the package looks for them.
"""

# Before the package imports httpx, in whose place Home Assistant puts another.
from homeassistant.components import logger

if not hasattr(logger, MOVED := "_clear_logger_overwrites"):
    from homeassistant.components.logger import helpers

    setattr(logger, MOVED, getattr(helpers, MOVED))
