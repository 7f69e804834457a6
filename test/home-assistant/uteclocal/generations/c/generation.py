"""What distinguishes C from B."""

CHECKS_THE_LIST = True  # a refused list is a failed update
SECONDS_AFTER_A_COMMAND = 0
