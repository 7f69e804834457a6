"""What distinguishes B from C."""

CHECKS_THE_LIST = False  # a refused list counts as an empty one
SECONDS_AFTER_A_COMMAND = 2
