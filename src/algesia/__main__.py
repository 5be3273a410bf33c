"""The command `algesia`, also as `python -m algesia`: the command line, given the web application to start."""

from __future__ import annotations

from argparse import Namespace

from algesia.cli.main import run


def main() -> None:
    """Entry point."""
    run(server=_serve)


def _serve(asked: Namespace) -> None:
    from algesia.web.serving import Asked, serve

    serve(
        Asked(
            host=asked.host,
            port=asked.port,
            data=asked.data,
            place=asked.place,
            clinic=asked.clinic,
            origin=asked.origin,
            encrypt=asked.encrypt,
            passphrase_file=asked.passphrase_file,
            browser=not asked.no_browser,
        )
    )


if __name__ == "__main__":
    main()
