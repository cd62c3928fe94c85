"""The hotline's telephone where nobody picks up: a menu by keys, messages left behind, calls to give back."""
