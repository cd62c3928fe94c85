"""Every spring of the river: what comes in is checked into a Draft, and a Draft is registered."""
