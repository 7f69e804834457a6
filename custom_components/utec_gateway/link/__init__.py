"""The session with the gateway: the order of its messages, and the commands that are sent to it."""
