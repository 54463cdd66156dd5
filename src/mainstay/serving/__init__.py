"""Whoever follows the tag."""
