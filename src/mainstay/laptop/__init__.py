"""The whole of it on one machine: a registry, staging and production, by the commands that a team uses."""
