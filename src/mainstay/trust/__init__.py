"""Why a server may believe a tag."""
