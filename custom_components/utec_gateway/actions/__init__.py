"""The actions of the integration, one file each. `table.py` lists them, and all are registered in the same way."""
