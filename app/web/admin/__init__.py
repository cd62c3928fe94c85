"""The pages on which the house itself is changed, one file a page; `app/admin/` has what they do."""
