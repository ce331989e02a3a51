"""How much is taken, and how much of it is held in memory, in bytes."""

MEGABYTE = 1_000_000
SPOOL = 2 * MEGABYTE  # larger files wait on disk
