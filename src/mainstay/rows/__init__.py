"""What a customer row is."""
