"""Runs one notebook on the Deno kernel and says on stdout, one JSON object a line, what happens.

    python -I execute_notebook.py NOTEBOOK EXECUTED_COPY

nbclient drives the kernel. On top of it, this file sees to three things:

- No output is lost. The Deno kernel may report "idle" before a cell's outputs have arrived. After every cell a silent
  request sends a marker; outputs are first in, first out, so that all are here when the marker is.
- Nothing fails silently. An error output under a cell fails the run even where the kernel's reply says "ok", and so
  does what kernel_watch.ts notes: rejections that nobody awaits, errors in timers and in Workers.
- The executed copy is saved after cells, on failure and on signals, and the kernel is ended with the run.

The kernel starts at once; the first cell runs when a line comes on standard input, and nothing is saved before. Standard
input is a leash, too: when it closes, the run ends as on SIGTERM. Exit status: 0 all cells ran, 1 a cell failed or the
kernel died, 130 interrupted.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from queue import Empty

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, DeadKernelError

WATCH = (Path(__file__).resolve().parent / "kernel_watch.ts").as_uri()
SETTLE_MS = 0
LAST_SETTLE_MS = 100
SETTLE_TIMEOUT_S = 60
SAVE_EVERY_S = 2
OUTPUT_LIMIT_BYTES = 4_000_000
INTERRUPTED = 130
STARTS = 3
NOT_OUTPUTS = ("status", "execute_input", "polydice_settled")


class CellFailed(Exception):
    """A cell has an error output, or the kernel fell silent under it."""


def say(event, **fields):
    """Writes one event as a line of JSON."""
    print(json.dumps({"event": event, **fields}, ensure_ascii=False), flush=True)


def first_line(text):
    """The first line of a text that is not blank, without what follows a carriage return."""
    return next((line.strip() for line in "".join(text).splitlines() if line.strip()), "")


class WatchedClient(NotebookClient):
    """A notebook client that reports while a cell runs and waits for the last of its outputs."""

    def adopt_strays(self):
        """Gives outputs that come between two cells, under the settling request's id, to the cell before.

        nbclient reads only messages whose parent is the cell's own request and drops all others.
        """
        self.settled = None
        receive = self.kc.iopub_channel.get_msg

        async def get_msg(timeout=None):
            while True:
                msg = await receive(timeout=timeout)
                if self.settled is None or msg["parent_header"].get("msg_id") != self.settled[0]:
                    return msg
                if msg["msg_type"] not in NOT_OUTPUTS:
                    self.process_message(msg, *self.settled[1:])

        self.kc.iopub_channel.get_msg = get_msg

    def number_of(self, index):
        """The number that Jupyter shows beside a cell: its place among the code cells that are not empty."""
        return sum(runs(cell) for cell in self.nb.cells[: index + 1])

    def process_message(self, msg, cell, cell_index):
        """Takes one message of the kernel; neighbouring pieces of one stream become one output."""
        kind, content, number = msg["msg_type"], msg["content"], self.number_of(cell_index)
        if kind == "stream":
            say("stream", cell=number, name=content["name"], text=content["text"])
            last = cell.outputs[-1] if cell.outputs and not self.clear_before_next_output else None
            if last is not None and last.output_type == "stream" and last.name == content["name"]:
                last.text += content["text"]
                return last
        elif kind in ("display_data", "update_display_data"):
            if (content.get("transient") or {}).get("display_id") and "text/plain" in content["data"]:
                say("progress", cell=number, text=first_line(content["data"]["text/plain"]))
        return super().process_message(msg, cell, cell_index)

    async def settle(self, cell, cell_index, execute_reply=None, wait_ms=SETTLE_MS):
        """Waits until every output of a cell has come; adds an error output for what failed without one."""
        code = f'await globalThis[Symbol.for("polydice.settle")]({wait_ms})'
        request = self.kc.execute(code, silent=True, store_history=False, stop_on_error=False)
        faults, deadline = None, time.monotonic() + SETTLE_TIMEOUT_S
        while faults is None:
            try:
                msg = await self.kc.iopub_channel.get_msg(timeout=1)
            except Empty:
                if not await self.km.is_alive():
                    raise DeadKernelError("Kernel died") from None
                if time.monotonic() > deadline:
                    raise CellFailed("the kernel stopped answering; outputs of this cell may be lost") from None
                continue
            if msg["msg_type"] == "polydice_settled":
                faults = msg["content"]["faults"]
            elif msg["msg_type"] not in NOT_OUTPUTS:
                self.process_message(msg, cell, cell_index)
        self.settled = request, cell, cell_index
        reply = (execute_reply or {}).get("content", {})
        if not error_of(cell) and reply.get("status") == "error":
            faults.insert(0, {"name": reply["ename"], "message": reply["evalue"], "traceback": reply["traceback"]})
        if not error_of(cell) and faults:
            fault = faults[0]
            cell.outputs.append(
                nbformat.v4.new_output(
                    "error", ename=fault["name"], evalue=fault["message"], traceback=fault["traceback"]
                )
            )


def runs(cell):
    """Whether a cell is executed: a code cell that is not empty."""
    return cell.cell_type == "code" and bool(cell.source.strip())


def error_of(cell):
    """The first error output of a cell, or None."""
    return next((output for output in cell.outputs if output.output_type == "error"), None)


def too_large(cell):
    """The size in bytes of a cell's first output that is over the limit, or None."""
    sizes = (len(json.dumps(output)) for output in cell.outputs)
    return next((size for size in sizes if size > OUTPUT_LIMIT_BYTES), None)


def save(notebook, path):
    """Writes a notebook under a temporary name, then renames it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "w", encoding="utf-8") as file:
            nbformat.write(notebook, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def check(cell):
    """Raises CellFailed where a cell's outputs show an error or are too large to be carried safely."""
    if "raises-exception" not in cell.metadata.get("tags", []) and error_of(cell):
        raise CellFailed()
    if size := too_large(cell):
        raise CellFailed(f"an output of {size / 1e6:.1f} MB: outputs over 4 MB can be damaged on their way, show less")


async def start_kernel(client, folder):
    """Starts the kernel; again where it ends at once, since another program may have taken one of its ports meanwhile."""
    for attempt in range(1, STARTS + 1):
        client.km = client.create_kernel_manager()
        try:
            await client.async_start_new_kernel(cwd=folder)
            await client.async_start_new_kernel_client()
            return
        except RuntimeError:
            if attempt == STARTS:
                raise


async def execute(source, target, notebook, begun, interrupted):
    """Executes all cells once it may; returns the failing cell's number, its source and its error output, or None."""
    client = WatchedClient(
        notebook, kernel_name="deno", timeout=None, allow_errors=True, iopub_timeout=SETTLE_TIMEOUT_S
    )
    client.on_cell_executed = client.settle
    cells = [(index, cell) for index, cell in enumerate(notebook.cells) if runs(cell)]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    number, saved = 0, time.monotonic()
    try:
        await start_kernel(client, str(source.parent))
        client.adopt_strays()
        say("kernel", pid=client.km.provisioner.pid, runner=os.getpid(), cells=len(cells))
        info = await client.async_wait_for_reply(client.kc.kernel_info())
        notebook.metadata["language_info"] = info["content"]["language_info"]
        client.kc.execute(f'await import("{WATCH}")', silent=True, store_history=False)
        await begun.wait()
        for number, (index, cell) in enumerate(cells, 1):
            say("cell_started", cell=number, cells=len(cells))
            started = time.monotonic()
            await client.async_execute_cell(cell, index, execution_count=number)
            if number == len(cells):
                await client.settle(cell, index, wait_ms=LAST_SETTLE_MS)
            check(cell)
            say("cell_finished", cell=number, cells=len(cells), seconds=round(time.monotonic() - started, 3))
            if time.monotonic() - saved > SAVE_EVERY_S:
                save(notebook, target)
                saved = time.monotonic()
        for number, (_, cell) in enumerate(cells, 1):  # what came to a cell after it had been looked at
            check(cell)
        return None
    except (CellFailed, DeadKernelError) as error:
        if interrupted.is_set():  # nbclient takes a cancelled wait for a dead kernel
            raise asyncio.CancelledError from None
        cell = cells[number - 1][1] if number else None
        output = error_of(cell) if cell else None
        if output is None:
            dead = isinstance(error, DeadKernelError)
            message = "the kernel ended while this cell ran" if dead else str(error)
            output = nbformat.v4.new_output("error", ename=type(error).__name__, evalue=message, traceback=[message])
            if cell:
                cell.outputs.append(output)
        return number, cell.source if cell else "", output
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
        if client.km is not None:  # None where the kernel did not start
            if client.km.has_kernel:
                await client.km.shutdown_kernel(now=True)
            await client.km.cleanup_resources()


async def main(source, target):
    """Executes a notebook, saves the copy whatever happens, and returns the exit status."""
    notebook = nbformat.read(str(source), as_version=4)
    loop, begun, interrupted, started = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event(), time.monotonic()
    work = asyncio.ensure_future(execute(source, target, notebook, begun, interrupted))

    def interrupt():
        if not interrupted.is_set():
            interrupted.set()
            work.cancel()

    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:  # as SIGHUP is under nohup
            loop.add_signal_handler(number, interrupt)

    def hold_leash():
        if sys.stdin.buffer.readline():
            loop.call_soon_threadsafe(begun.set)
            sys.stdin.buffer.read()
        loop.call_soon_threadsafe(interrupt)

    threading.Thread(target=hold_leash, daemon=True).start()
    failure, crash = None, None
    try:
        failure = await work
    except asyncio.CancelledError:
        pass
    except Exception as error:  # a fault of the kernel's start or of the wire: told below, after saving
        crash = error
    if begun.is_set():
        save(notebook, target)
    seconds = round(time.monotonic() - started, 3)
    if interrupted.is_set():
        say("interrupted", seconds=seconds)
        return INTERRUPTED
    if crash is not None:
        failure = 0, "", nbformat.v4.new_output("error", ename=type(crash).__name__, evalue=str(crash), traceback=[])
    if failure is not None:
        number, code, output = failure
        say(
            "failed", cell=number, source=code, name=output.ename, message=output.evalue, traceback=output.traceback
        )
        return 1
    say("finished", seconds=seconds)
    return 0


if __name__ == "__main__":
    status = asyncio.run(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
    sys.stdout.flush()
    os._exit(status)  # the thread that holds the leash may still be reading
