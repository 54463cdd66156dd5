"""From a team's own files to a drafted contract and a pipeline that starts from them."""
