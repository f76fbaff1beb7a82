"""How long the stages of an answer take, and whether it has taken too long."""

from time import perf_counter

from service.errors import OutOfTime


class Clock:
    """Milliseconds by stage; with ``seconds``, nothing goes on after so many."""

    def __init__(self, seconds: float | None = None) -> None:
        self.started = self.last = perf_counter()
        self.seconds = seconds
        self.stages: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Ends a stage; raises OutOfTime when the time is up: an answer is given up between two stages."""
        now = perf_counter()
        self.stages[stage] = self.stages.get(stage, 0.0) + (now - self.last) * 1000
        self.last = now
        if self.seconds is not None and now - self.started > self.seconds:
            raise OutOfTime(self.seconds)

    def timings(self) -> dict[str, float]:
        total = (perf_counter() - self.started) * 1000
        return {name: round(ms, 2) for name, ms in {**self.stages, "total": total}.items()}
