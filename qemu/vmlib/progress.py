"""What the user sees while long steps run.

A step that takes minutes says what it does, how long that usually takes and
how far it is. On a terminal one line is kept up to date; elsewhere (a log, a
CI job) a line appears every half minute, so that nobody takes it for hung.
Everything goes to stderr: stdout belongs to the command that was asked for.
"""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from .errors import Failure
from .processes import die_with_parent

TERMINAL_INTERVAL = 0.5
LOG_INTERVAL = 30.0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def warn(text: str) -> None:
    """A message that must not be overlooked between ordinary ones."""
    bar = "!" * 72
    say("\n".join([bar, *(f"!! {line}" for line in text.splitlines()), bar]))


def clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _summary(argv: list[str]) -> str:
    """A command as one line of a log, without the scripts that are among its words."""
    return " ".join(word if "\n" not in word else "…" for word in argv)


class Step:
    """One long step, with its output kept in a log file rather than on screen."""

    def __init__(self, title: str, usual: str, log: Path, number: str = ""):
        self.title = f"{number}{title}"
        self.usual = usual
        self.log = log
        self._done = threading.Event()
        self._live = sys.stderr.isatty()

    def __enter__(self) -> "Step":
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_bytes(b"")
        self._start = time.monotonic()
        say(f"{self.title} … usually {self.usual}")
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        self._ticker.start()
        return self

    def __exit__(self, kind, error, trace) -> None:
        self._done.set()
        self._ticker.join()
        if self._live:
            print("\r\033[K", end="", file=sys.stderr)
        took = clock(time.monotonic() - self._start)
        if kind is None:
            say(f"{self.title}: done in {took}")
        else:
            say(f"{self.title}: stopped after {took}")

    def run(self, argv: list[str], **options) -> None:
        """Run one command of this step; its output goes to the log."""
        self.pipeline([argv], **options)

    def pipeline(self, commands: list[list[str]], env: dict | None = None) -> None:
        """Run commands connected by pipes; all of them must succeed."""
        with self.log.open("ab") as log:
            running: list[subprocess.Popen] = []
            source = subprocess.DEVNULL
            for argv in commands:
                self.note(_summary(argv))
                last = argv is commands[-1]
                process = subprocess.Popen(
                    argv,
                    stdin=source,
                    stdout=log if last else subprocess.PIPE,
                    stderr=log,
                    env=env,
                    preexec_fn=die_with_parent,
                )
                if source is not subprocess.DEVNULL:
                    source.close()
                source = process.stdout
                running.append(process)
            try:
                statuses = [process.wait() for process in running]
            except BaseException:
                for process in running:
                    process.kill()
                    process.wait()
                raise
        if any(statuses):
            raise Failure(f"{self.title} failed; the end of its log:\n{self._tail(30)}\n(whole log: {self.log})")

    def note(self, text: str) -> None:
        with self.log.open("a", errors="replace") as log:
            log.write(f"+ {text}\n")

    def _tail(self, lines: int) -> str:
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in text[-lines:])

    def _last_line(self) -> str:
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, os.fstat(log.fileno()).st_size - 2000))
                lines = log.read().decode(errors="replace").split("\n")
        except OSError:
            return ""
        said = (line.split("\r")[-1].strip() for line in reversed(lines) if not line.startswith("+ "))
        return next((line for line in said if line), "")

    def _tick(self) -> None:
        interval = TERMINAL_INTERVAL if self._live else LOG_INTERVAL
        while not self._done.wait(interval):
            status = f"    {clock(time.monotonic() - self._start)} (usually {self.usual})  {self._last_line()}"
            if self._live:
                width = os.get_terminal_size(sys.stderr.fileno()).columns - 1
                print(f"\r\033[K{status[:width]}", end="", file=sys.stderr, flush=True)
            else:
                say(status[:120])
