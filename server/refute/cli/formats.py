"""The formats of `refute check`, by name. Only the one that is wanted is imported."""

from refute.cli.checking import Output


def make_output(name: str, *, fix: bool, write: bool) -> Output:
    """The format called `name`, on stdout. `fix` and `write` say what the user asked for, for hints."""
    match name:
        case "jsonl":
            from refute.cli.jsonl import JsonlOutput

            return JsonlOutput()
        case "sarif":
            from refute.cli.sarif import SarifOutput

            return SarifOutput()
        case "github":
            from refute.cli.github import GithubOutput

            return GithubOutput()
        case "junit":
            from refute.cli.junit import JunitOutput

            return JunitOutput()
        case _:
            from refute.cli.human import HumanOutput, StdoutConsole

            return HumanOutput(StdoutConsole(highlight=False), fix=fix, write=write)
