"""Asking an operator, or taking what the options say."""

from collections.abc import Callable, Sequence

import click

from app.config import SettingsError
from app.core.problems import Problem


class Asker:
    """With `silent` nobody is asked: what is set or given as an option stands."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent

    @property
    def silent(self) -> bool:
        return self._silent

    def value(
        self,
        question: str,
        given: str | None,
        now: str,
        check: Callable[[str], object],
        choices: Sequence[str] = (),
    ) -> str:
        """An answer that `check` lets pass: the option's when there is one, else asked, `now` being offered.

        Raises ClickException for an option, or in silence a value, that will not do.
        """
        if given is not None or self._silent:
            answer = now if given is None else given.strip()
            if reason := _wrong(check, answer):
                raise click.ClickException(f"{question}: {reason}")
            return answer
        while True:
            kind = click.Choice([str(choice) for choice in choices]) if choices else str
            answer = str(click.prompt(question, default=now, type=kind, show_default=bool(now))).strip()
            reason = _wrong(check, answer)
            if not reason:
                return answer
            click.echo(f"  That will not do: {reason}")

    def text(self, question: str) -> str:
        """One line, '' for nothing; always '' in silence."""
        return "" if self._silent else str(click.prompt(question, default="", show_default=False)).strip()

    def sure(self, question: str, *, default: bool = False) -> bool:
        """Yes or no; in silence yes, for it was asked for."""
        return self._silent or click.confirm(question, default=default)

    def more(self, question: str) -> bool:
        """Whether to go into something; in silence no."""
        return not self._silent and click.confirm(question, default=False)

    def again(self, problem: Problem) -> None:
        """Say what will not do, for another try; in silence that is the end."""
        if self._silent:
            raise click.ClickException(str(problem.message))
        click.echo(f"  That will not do: {problem.message}")


def _wrong(check: Callable[[str], object], answer: str) -> str:
    try:
        check(answer)
    except (ValueError, SettingsError) as reason:
        return str(reason)
    return ""
