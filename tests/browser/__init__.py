"""The pages as people see them: a real browser, a real server."""
