"""`qinji` and `python -m qinji`."""


def main() -> None:
    """Runs the command line; imported late so that this module costs nothing."""
    from qinji.entry.cli import run

    run()


if __name__ == "__main__":
    main()
