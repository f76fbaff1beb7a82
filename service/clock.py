"""How long the stages of an answer take."""

from time import perf_counter


class Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.started = self.last = perf_counter()
        self.stages: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.stages[stage] = self.stages.get(stage, 0.0) + (now - self.last) * 1000
        self.last = now

    def timings(self) -> dict[str, float]:
        total = (perf_counter() - self.started) * 1000
        return {name: round(ms, 2) for name, ms in {**self.stages, "total": total}.items()}
