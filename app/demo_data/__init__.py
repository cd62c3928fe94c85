"""What the demo starts with: units of a real district, promises, a calendar, an account for each role."""
