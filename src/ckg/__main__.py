"""`python -m ckg`: the command line, for where the script `ckg` is not on the path."""

from ckg.cli.main import main

if __name__ == "__main__":
    main()
