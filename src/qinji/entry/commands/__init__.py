"""One module per command. Each has an `app`: a `typer.Typer` with one command, or with a callback and several."""
