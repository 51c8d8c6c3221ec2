"""What cells of a forked kernel print: sent as ipykernel does, but not waited for where nothing was printed."""

import zmq
from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp


class Output(OutStream):
    """Standard output or error of a kernel.

    A kernel flushes both after each cell, and waits until the thread that sends has looked: with what else is spared,
    a tenth of what an empty cell takes (docs/dev/benchmarks.md). Here it waits only where something is left to be sent.
    """

    def flush(self) -> None:
        """Have what was printed sent, and wait for it."""
        if self._flush_pending:  # set by what is written, taken back by the thread that sends it
            super().flush()


class KernelApp(IPKernelApp):
    """A kernel without subshells, which run code beside a cell: each message would pass one thread more."""

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        """Take the connection file, without looking for any other option where there is none."""
        match argv:
            case ["-f", file]:
                self.connection_file = file
            case _:
                super().parse_command_line(argv)

    def init_control(self, context: zmq.Context) -> None:
        """Make the control channel, and no thread for the shell channel."""
        super().init_control(context)
        self.shell_channel_thread = None
