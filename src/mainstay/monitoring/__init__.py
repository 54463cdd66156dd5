"""Whoever follows the server."""
