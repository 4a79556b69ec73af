"""The `huiyin` command."""


def main() -> None:
    """Run the command line."""
