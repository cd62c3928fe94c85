"""A fact becomes a message, a message goes to a provider, a receipt comes back."""
