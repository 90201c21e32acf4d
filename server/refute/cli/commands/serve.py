"""`refute serve`: the language server."""

from typing import Any

import click

from refute.cli.options import checking_options
from refute.cli.streams import can_converse


def parse_address(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, int] | None:
    """HOST:PORT as host and port; the host may be left out, and an IPv6 one stands in brackets."""
    if value is None:
        return None
    host, _, port = value.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) <= 65535):
        raise click.BadParameter(f"{value!r} is not HOST:PORT, as in 127.0.0.1:4711")
    return host.strip("[]") or "127.0.0.1", int(port)


@click.command("serve")
@click.option(
    "--tcp", "address", metavar="HOST:PORT", callback=parse_address, help="Wait for one client here; for debugging."
)
@checking_options
@click.pass_context
def command(ctx: click.Context, /, address: tuple[str, int] | None, **options: Any) -> None:
    """Run the language server on standard input and output.

    Editors start this command themselves. Options win over the settings of the editor and of pyproject.toml.
    """
    if address is None and not can_converse():
        click.echo("error: standard input or output is closed, and editors talk through them; or use --tcp", err=True)
        ctx.exit(2)
    from refute.server.main import serve

    overrides = {name: value for name, value in options.items() if value is not None}
    ctx.exit(serve(overrides, address=address))
