"""Calendars that a telephone or a desk subscribes to: when what one answers for is due."""
