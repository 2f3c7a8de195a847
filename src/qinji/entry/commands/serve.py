"""`qinji serve`: the server in the foreground, with its own database unless QINJI_DSN names another."""

from __future__ import annotations

import typer

app = typer.Typer()


@app.command()
def serve() -> None:
    """启动本机服务,Ctrl-C 停止 · serve on this machine until Ctrl-C."""
    from qinji.entry.settings import WrongSetting, read_settings

    try:
        settings = read_settings()
    except WrongSetting as problem:
        raise _refused(problem.chinese, problem.english) from problem

    from qinji.entry.prepare import NotReached, TooManyProcesses
    from qinji.entry.revisions import NewerSchema
    from qinji.entry.serve import PortTaken
    from qinji.entry.serve import serve as serve_until_stopped
    from qinji.entry.wiring import WrongKeys, WrongMode
    from qinji.platform.log import configure_log
    from qinji.platform.postgres_server import NotStarted

    configure_log(settings.log_level)
    try:
        status = serve_until_stopped(settings, typer.echo)
    except (PortTaken, NotStarted, NotReached, TooManyProcesses, NewerSchema) as problem:
        raise _refused(problem.chinese, problem.english) from problem
    except (WrongMode, WrongKeys) as problem:
        raise _refused(str(problem)) from problem
    raise typer.Exit(status)


def _refused(*sentences: str) -> typer.Exit:
    typer.echo("\n".join(sentences), err=True)
    return typer.Exit(1)
