"""What a line of a file turned out to be; every line is exactly one of these."""

GOOD, REJECTED, NO_ROW = 0, 1, 2
