"""The operator's screen: drafts that survive everything, people of a number, and help while one writes."""
