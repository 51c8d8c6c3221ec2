"""What is done beside the notebooks, checks and pages: functions called in processes that are ready, or in this one.

They are called by their names, so that the command itself need not import what they take, pandas among it.
"""

from collections.abc import Iterable
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

from bilan.build.forkserver import workers


def _call(name: str, *given: object) -> object:
    module, _, function = name.rpartition(".")
    return getattr(import_module(module), function)(*given)


class Workers:
    """So many processes, forked from the server that kernels are forked from; they end with `opened`."""

    def __init__(self, count: int, opened: ExitStack):
        self.count, self.opened = count, opened

    @cached_property
    def _pool(self) -> Executor:
        return self.opened.enter_context(workers(self.count))

    def call(self, name: str, *given: object) -> Future:
        """Have a function called that is named with its module; what it is given, returns and raises is pickled."""
        return self._pool.submit(_call, name, *given)


@dataclass(eq=False)
class Checks:
    """A step without a line of its own: what a run needs is checked, where kernels are forked beside the first ones.

    After a fault no other begins; nothing is published.
    """

    workers: Workers
    languages: Iterable[str]
    edition: str
    done: bool = False
    name = ""

    def why(self) -> str:
        """Say that it is done once."""
        return "" if self.done else "what is checked may have changed"

    def run(self, force: bool = False, time_limit: float = 0) -> None:
        """Check. Raises InputError for the first fault, see `bilan.build.checks`."""
        self.workers.call("bilan.build.checks.ready", tuple(self.languages)).result()
        self.done = True
