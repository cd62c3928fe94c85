"""The pages of social assistance."""
