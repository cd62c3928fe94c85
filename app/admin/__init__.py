"""The house's own changes: units, people, duty, lists of words. One change is one fact of the ledger."""
