"""What must hold, from one ticket's story to the whole house."""
