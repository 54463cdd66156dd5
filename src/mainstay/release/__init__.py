"""From a judged candidate to a tag."""
