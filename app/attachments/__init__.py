"""Files that people hand in: known by their content, made harmless, scanned, shown to whom they are for."""
