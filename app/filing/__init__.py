"""What a citizen files on the pages: kept step by step until it becomes a ticket."""
