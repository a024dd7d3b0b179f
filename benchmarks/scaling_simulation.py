"""A discrete simulation (SimPy) of many machines that read parts, handed out and collected by one process."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

__all__ = ["Figures", "Found", "Plan", "simulated"]

SEED = 32


@dataclass(frozen=True)
class Figures:
    """What was measured on one machine.

    Attributes:
        reads: seconds of a worker a picture, nothing else running on its core.
        deviates: standard deviation of that over single pictures, seconds.
        together: how fast a worker is when all cores are busy, 1 = as alone.
        hands: seconds of the first process a picture: it hands out, collects and keeps.
        start: seconds until the first picture is begun.
        restart: seconds until a lost worker's parts are begun by another.
        picture: bytes.
    """

    reads: float
    deviates: float
    together: float
    hands: float
    start: float
    restart: float
    picture: float


@dataclass(frozen=True)
class Plan:
    """What is simulated.

    Attributes:
        pictures: how many.
        machines: how many.
        workers: of each machine.
        part: pictures that are handed out at a time.
        cores: of each machine; where the first process shares them with workers, they are slower.
        shared: whether the first process runs on the same cores.
        lost: machines that are lost, spread over ``lost_by`` seconds.
        lost_by: seconds.
        back: seconds after which a lost machine is replaced; None: never.
        slow: share of the machines that are slow.
        slower: how much slower they are.
        storage: bytes a second of the storage that all read from; infinite where None.
    """

    pictures: int
    machines: int
    workers: int
    part: int
    cores: int
    shared: bool = False
    lost: int = 0
    lost_by: float = 0.0
    back: float | None = None
    slow: float = 0.0
    slower: float = 1.0
    storage: float | None = None


@dataclass(frozen=True)
class Found:
    """What a simulation gave.

    Attributes:
        seconds: until the last picture is collected.
        first: share of the time that the first process was busy.
        storage: the same of the storage.
        again: pictures that were read once more because their worker was lost.
    """

    seconds: float
    first: float
    storage: float
    again: int


class _World:
    def __init__(self, figures: Figures, plan: Plan) -> None:
        self.env = simpy.Environment()
        self.figures, self.plan = figures, plan
        self.rng = np.random.default_rng(SEED)
        self.first, self.disk = simpy.Resource(self.env), simpy.Resource(self.env)
        self.busy = {"first": 0.0, "disk": 0.0}
        whole, rest = divmod(plan.pictures, plan.part)
        self.left = [plan.part] * whole + ([rest] if rest else [])
        self.done, self.again, self.all_done = 0, 0, self.env.event()
        self.waiting: list[Any] = []  # workers without a part, who take one that is lost
        each = figures.reads / (figures.together if plan.workers >= plan.cores else 1.0)
        if plan.shared:  # cores × time = what workers and the first process take together
            each *= max(1.0, plan.workers / plan.cores * (each + figures.hands) / each)
        self.each = each

    def take(self) -> Any:
        """Returns a part, or an event that comes when there may be one again."""
        if self.left:
            return self.left.pop()
        event = self.env.event()
        self.waiting.append(event)
        return event

    def give_back(self, part: int) -> None:
        self.left.append(part)
        self.again += part
        waiting, self.waiting = self.waiting, []
        for event in waiting:  # all of them: some may be of workers that are lost since
            event.succeed()

    def use(self, what: str, seconds: float) -> Generator[Any, Any, None]:
        with {"first": self.first, "disk": self.disk}[what].request() as turn:
            yield turn
            yield self.env.timeout(seconds)
            self.busy[what] += seconds

    def worker(self, machine: int) -> Generator[Any, Any, None]:
        plan, part = self.plan, 0
        speed = plan.slower if machine < plan.slow * plan.machines else 1.0
        wait = self.figures.start
        while True:
            try:
                yield self.env.timeout(wait)
                wait = 0.0
                while self.done < plan.pictures:
                    got = self.take()
                    if not isinstance(got, int):
                        yield got
                        continue
                    part = got
                    if plan.storage:
                        yield from self.use("disk", part * self.figures.picture / plan.storage)
                    spread = self.figures.deviates * np.sqrt(part)
                    seconds = max(part * self.each + self.rng.normal(0.0, spread), 0.1 * part * self.each)
                    yield self.env.timeout(seconds * speed)
                    yield from self.use("first", part * self.figures.hands)
                    self.done, part = self.done + part, 0
                if not self.all_done.triggered:
                    self.all_done.succeed()
                return
            except simpy.Interrupt:
                if part:
                    self.give_back(part)
                    part = 0
                if plan.back is None:
                    return
                wait = plan.back + self.figures.restart

    def lose(self, at: float, workers: list[Any]) -> Generator[Any, Any, None]:
        yield self.env.timeout(at)
        for one in workers:
            if one.is_alive and self.done < self.plan.pictures:
                one.interrupt()


def simulated(figures: Figures, plan: Plan) -> Found:
    """Simulates a plan."""
    world = _World(figures, plan)
    workers = [
        [world.env.process(world.worker(machine)) for _ in range(plan.workers)]
        for machine in range(plan.machines)
    ]
    for number in range(plan.lost):
        at = plan.lost_by * (number + 0.5) / plan.lost
        world.env.process(world.lose(at, workers[plan.machines - 1 - number % plan.machines]))
    world.env.run(until=world.all_done)
    seconds = float(world.env.now)
    return Found(seconds, world.busy["first"] / seconds, world.busy["disk"] / seconds, world.again)
