"""The digest of the day (每日简报): what the head of a unit should know at half past eight, kept."""
