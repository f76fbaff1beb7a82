"""How Pacta in Slack bears load and faults: acknowledgement, time until the answer stands, losses, duplicates.

    python tests/slack_load.py [--seconds 30] [--steady 60] [--down 60] [--only NAME …] [--out .pacta-slack-load]

Ingests the sample treaties into a folder of its own and runs `pacta serve` over them for each scenario, with the tests'
Slack beside it on the same machine. Prints a table and writes slack_load.json and slack_load.html; gives 1 where a
question was lost or answered twice. What Slack sends again after a minute and after five, it sends here after 1, 5
and 20 seconds.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import slack_ids as ids
import slack_payloads as payloads
from slack_load_report import Figures, print_table, write_page
from slack_requests import Sender
from slack_server import SlackServer, slack_server
from slack_state import Message

from eval.cases import load_cases
from service.slack_app.blocks import placeholder

ROOT = Path(__file__).parent.parent
CHANNELS = 20
BURST = 200
A_SECOND = 2.0
PAUSES = (0.0, 1.0, 5.0, 20.0)
EVERY = 5.0
# A claim of a process that was killed runs out after a minute; a question waits no longer for anything else.
PATIENCE = 150.0
SLACK = {"SLACK_BOT_TOKEN": ids.BOT_TOKEN, "PACTA_SLACK_LIMIT_PER_USER": "off", "PACTA_SLACK_LIMIT_PER_CHANNEL": "off"}


@dataclass(slots=True)
class Asked:
    """A question that was sent: when, and after how many seconds it was acknowledged; None where it never was."""

    envelope: dict[str, Any]
    at: float
    acknowledged: list[float] = field(default_factory=list)


class Run:
    """A scenario while it runs: a Slack, the services, and what was asked."""

    def __init__(self, server: SlackServer, home: Path, questions: Sequence[str], stack: ExitStack) -> None:
        self.server = server
        self.asked: list[Asked] = []
        self._home = home
        self._questions = questions
        self._stack = stack
        self._picked = random.Random(1)
        self._lock = threading.Lock()
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._pool = stack.enter_context(ThreadPoolExecutor(BURST))
        self.senders: list[Sender] = []
        self._stopped = threading.Event()
        stack.callback(self._end)

    def serve(self) -> None:
        """Starts one more `pacta serve` over the same home, and sends to it too."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self._start(port)
        self.senders.append(self._stack.enter_context(Sender(f"http://127.0.0.1:{port}")))

    def connect(self) -> None:
        """Starts `pacta slack`."""
        self._processes[0] = self._command("slack", SLACK_APP_TOKEN=ids.APP_TOKEN)
        _wait(lambda: self.server.socket.open > 0, 60)

    def kill(self) -> None:
        """Kills every process of `pacta serve` and starts it anew."""
        for port, process in list(self._processes.items()):
            process.kill()
            process.wait()
            self._start(port)

    def ask(self, *, again: int = 0, twice: bool = False) -> None:
        """Somebody asks, in one of the channels; it comes ``again`` so often, as a message too where ``twice``."""
        with self._lock:
            number = len(self.asked)
            channel = f"C0LOAD{number % CHANNELS:03d}"
            text = f"<@{ids.BOT_USER}> {self._picked.choice(self._questions)}"
            envelope = payloads.app_mention(text, channel=channel, user=ids.fresh("U"))
            asked = Asked(envelope, time.time())
            self.asked.append(asked)
        self.server.say(text, channel=channel, ts=envelope["event"]["ts"])
        envelopes = [envelope, *([payloads.same_message(envelope)] if twice else [])]
        for one in envelopes * (again + 1):
            if self._processes.keys() == {0}:
                self.server.socket.event(one)
            for sender in self.senders:
                self._pool.submit(self._deliver, sender, one, asked)

    def _deliver(self, sender: Sender, envelope: dict[str, Any], asked: Asked) -> None:
        """Sends an event until it is taken, as often as Slack does."""
        for number, pause in enumerate(PAUSES):
            time.sleep(pause)
            begun = time.monotonic()
            try:
                taken = sender.event(envelope, timeout=3.0, retry=number or None).is_success
            except httpx.TransportError:
                taken = False
            if taken:
                asked.acknowledged.append(time.monotonic() - begun)
                return

    def steadily(self, seconds: float, **more: Any) -> None:
        """Asks at an even pace for so long."""
        begun = time.monotonic()
        for number in range(int(seconds * A_SECOND)):
            time.sleep(max(0.0, begun + number / A_SECOND - time.monotonic()))
            self.ask(**more)

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Does something again and again while questions come."""

        def work() -> None:
            while not self._stopped.wait(seconds):
                act()

        thread = threading.Thread(target=work)
        thread.start()
        self._stack.callback(thread.join)
        self._stack.callback(self._stopped.set)

    def quiet(self) -> None:
        """Nothing more is done to the services."""
        self._stopped.set()

    def drain(self) -> None:
        """Waits until everything is answered, or nothing comes any more."""
        latest = time.monotonic() + PATIENCE
        while time.monotonic() < latest and any(not self.answers(one) for one in self.asked[::-1]):
            time.sleep(0.25)
        time.sleep(1.0)  # whatever would come twice

    def answers(self, asked: Asked) -> list[Message]:
        """The answers that stand in a thread, whole."""
        inner = asked.envelope["event"]
        said = self.server.said(inner["channel"], inner["ts"])
        return [one for one in said if not one.streaming and one.text != placeholder().text]

    def figures(self, name: str) -> Figures:
        """What came of it."""
        done: dict[tuple[str, str], float] = {}
        for call in self.server.made():
            if call.error is None and call.method in ("chat.stopStream", "chat.update"):
                done[call.arguments["channel"], call.arguments["ts"]] = call.at
        found = [self.answers(one) for one in self.asked]
        told = [
            done.get((answer.channel, answer.ts), answer.at) - asked.at
            for asked, answers in zip(self.asked, found, strict=True)
            for answer in answers[:1]
        ]
        acknowledged = [seconds for one in self.asked for seconds in one.acknowledged]
        acknowledged += [ack.took for ack in self.server.socket.acks]
        return Figures(
            name=name,
            questions=len(self.asked),
            events=len(acknowledged),
            acknowledged=sorted(acknowledged),
            told=sorted(told),
            lost=sum(not answers for answers in found),
            twice=sum(len(answers) > 1 for answers in found),
            refused=len(self.server.refused()),
            limited=sum(call.status == 429 for call in self.server.made()),
        )

    def _start(self, port: int) -> None:
        self._processes[port] = self._command("serve", "--port", str(port), SLACK_SIGNING_SECRET=ids.SIGNING_SECRET)

        def answers() -> bool:
            try:
                return httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).is_success
            except httpx.TransportError:
                return False

        _wait(answers, 60)

    def _command(self, *arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
        log = (self._home / "log").open("ab")
        self._stack.callback(log.close)
        given = {"PACTA_HOME": str(self._home), "PACTA_SLACK_API_URL": self.server.url.rstrip("/"), **SLACK}
        return subprocess.Popen(
            [sys.executable, "-m", "pacta", *arguments],
            cwd=ROOT,
            env={**os.environ, **given, **environment},
            stdout=log,
            stderr=log,
        )

    def _end(self) -> None:
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def burst(run: Run, args: argparse.Namespace) -> None:
    """Two hundred questions at once, three times over."""
    run.serve()
    for _ in range(3):
        for _ in range(BURST):
            run.ask()
        run.drain()


def steady(run: Run, args: argparse.Namespace) -> None:
    """An even flow of questions."""
    run.serve()
    run.steadily(args.steady)


def limited(run: Run, args: argparse.Namespace) -> None:
    """An even flow, while Slack limits the rate as it does."""
    run.server.rate_limits = True
    steady(run, args)


def redelivered(run: Run, args: argparse.Namespace) -> None:
    """Each event comes four times."""
    run.serve()
    run.steadily(args.seconds, again=3)


def mention_and_message(run: Run, args: argparse.Namespace) -> None:
    """Each message comes as a mention and as a message."""
    run.serve()
    run.steadily(args.seconds, twice=True)


def slack_down(run: Run, args: argparse.Namespace) -> None:
    """Slack takes no calls for a while, and goes on sending."""
    run.serve()
    run.steadily(args.seconds / 3)
    run.server.down()
    run.steadily(args.down)
    run.server.up()
    run.steadily(args.seconds / 3)


def dropped(run: Run, args: argparse.Namespace) -> None:
    """Of every tenth call the answer is lost."""
    calls = count(1)
    run.server.drops = lambda method: next(calls) % 10 == 0  # type: ignore[method-assign]
    run.serve()
    run.steadily(args.seconds)


def killed(run: Run, args: argparse.Namespace) -> None:
    """The process is killed every five seconds, and started anew."""
    run.serve()
    run.every(EVERY, run.kill)
    run.steadily(args.seconds)


def two_processes(run: Run, args: argparse.Namespace) -> None:
    """Two processes on one home, which both get every event."""
    run.serve()
    run.serve()
    run.steadily(args.seconds)


def socket_mode(run: Run, args: argparse.Namespace) -> None:
    """Over a socket that Slack closes every five seconds."""
    run.connect()
    run.every(EVERY, run.server.socket.disconnect)
    run.steadily(args.seconds)


SCENARIOS = {
    "burst of 200": burst,
    "steady": steady,
    "steady, rate limits": limited,
    "sent four times": redelivered,
    "mention and message": mention_and_message,
    "Slack down": slack_down,
    "every 10th call lost": dropped,
    "killed every 5 s": killed,
    "two processes": two_processes,
    "Socket Mode, closed every 5 s": socket_mode,
}


def main() -> int:
    """Run the scenarios; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30, help="of each scenario of faults")
    parser.add_argument("--steady", type=float, default=60, help="of those without")
    parser.add_argument("--down", type=float, default=60, help="for which Slack is down")
    parser.add_argument("--only", nargs="*", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--out", type=Path, default=ROOT / ".pacta-slack-load")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    found = []
    with tempfile.TemporaryDirectory(prefix="pacta-slack-") as folder:
        home = Path(folder) / "home"
        environment = {**os.environ, "PACTA_HOME": str(home)}
        ingest = [sys.executable, "-m", "pacta", "ingest", "ingest/samples"]
        subprocess.run(ingest, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        questions = told_in_one(home)
        for name in args.only:
            print(f"{name} …", file=sys.stderr, flush=True)
            with scenario(home, questions) as run:
                SCENARIOS[name](run, args)
                run.quiet()
                run.drain()
                found.append(run.figures(name))
            document = {"cores": os.cpu_count(), "channels": CHANNELS, "scenarios": [one.to_json() for one in found]}
            (args.out / "slack_load.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
            write_page(args.out / "slack_load.html", found)
    print_table(found)
    return int(any(one.lost or one.twice for one in found))


@contextmanager
def scenario(home: Path, questions: Sequence[str]) -> Iterator[Run]:
    """A scenario with a Slack and a database of its own."""
    for file in home.glob("pacta.db*"):
        file.unlink()
    with slack_server() as server, ExitStack() as stack:
        yield Run(server, home, questions, stack)


def told_in_one(home: Path) -> list[str]:
    """The questions about the samples whose answers are one message each: what is more than that is a duplicate."""
    from ingest.index import open_index
    from service.answer import answer_question
    from service.models import Conversation, Question
    from service.settings import Settings
    from service.slack_app.blocks import answer_messages

    index = open_index(home)
    asked = [case.question for case in load_cases(ROOT / "eval" / "gold" / "samples.jsonl")]
    answers = [answer_question(Question(one), Conversation("a" * 32), index, Settings()).to_json() for one in asked]
    index.close()
    return [one for one, answer in zip(asked, answers, strict=True) if len(answer_messages(answer, "")) == 1]


def _wait(condition: Callable[[], bool], seconds: float) -> None:
    latest = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > latest:
            raise SystemExit("a service did not come up")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
