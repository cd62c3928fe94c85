"""From the fact to the receipt."""
