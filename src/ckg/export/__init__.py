"""A release as files: its whole site for any web host, without a server of ours."""
