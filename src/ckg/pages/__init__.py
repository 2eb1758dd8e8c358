"""Pages in HTML: what they show of a release and how; the server in `ckg.web` says when."""
