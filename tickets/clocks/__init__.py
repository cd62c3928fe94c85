"""Every promise has a clock: the working calendar, the arithmetic of periods, and the rows they drive."""
