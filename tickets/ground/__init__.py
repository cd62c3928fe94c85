"""What every step stands on; it imports none of them."""
