"""Why a server may believe a tag. Needs the git and ssh-keygen programs at most."""
