"""What Home Assistant remembers of the gateway: devices, repair issues and token generations."""
