"""Bring the file that nobody sends: on a schedule, checked, never over a better one."""
