"""What a server is asked before it is accepted, a kind of question a file."""
