"""What cells of a forked kernel print: sent as ipykernel does, but not waited for where nothing was printed."""

from ipykernel.iostream import OutStream


class Output(OutStream):
    """Standard output or error of a kernel.

    A kernel flushes both after each cell, and waits for the thread that sends until that has looked: a quarter of what
    a cell costs. Where nothing is left to be sent there is nothing to wait for.
    """

    def flush(self) -> None:
        """Have what was printed sent, and wait for it."""
        if self._flush_pending:  # set by what is written, taken back by the thread that sends it
            super().flush()
