"""Questions: lists, desks, one ticket's page, a citizen's progress; each at a fixed number of queries."""
