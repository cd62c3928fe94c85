"""Working time, pure: calendars, periods, pauses; no database and no clock of its own."""
