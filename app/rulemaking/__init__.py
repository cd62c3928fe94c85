"""Change the rules that give clocks their dates: drafted by one, approved by another, none silently."""
