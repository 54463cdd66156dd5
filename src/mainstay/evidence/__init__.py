"""What a judge goes by; pure."""
