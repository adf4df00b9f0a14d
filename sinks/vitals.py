"""What a sink process tells of itself: its metrics, what it writes, whether it can."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from contracts import metrics
from contracts.metrics import Declared, Family
from contracts.vitals import Standing
from sinks.pipeline import Pipeline


class SinkVitals:
    """Reads the routes' counters from other threads."""

    def __init__(self, pipelines: Sequence[Pipeline]) -> None:
        self._pipelines = pipelines

    def standings(self) -> Mapping[str, Standing]:
        """The messages that each route has written, and those that it has not."""
        return {
            f"route {pipeline.route.name}": Standing(pipeline.counters.messages, pipeline.behind)
            for pipeline in self._pipelines
        }

    def unready(self) -> str | None:
        """As of Vitals."""
        closed = [pipeline.route.name for pipeline in self._pipelines if not pipeline.is_open]
        return f"waiting for the topic of {', '.join(closed)}" if closed else None

    def collect(self) -> Iterator[Family]:
        """The metrics that the routes' counters hold."""
        values: tuple[tuple[Declared, Callable[[Pipeline], float]], ...] = (
            (metrics.SINK_LAG, lambda pipeline: pipeline.behind),
            (metrics.SINK_MESSAGES, lambda pipeline: pipeline.counters.messages),
            (metrics.SINK_ROWS, lambda pipeline: pipeline.counters.rows),
            (metrics.SINK_RETRIES, lambda pipeline: pipeline.counters.retries),
        )
        for declared, value in values:
            family = declared.family()
            for pipeline in self._pipelines:
                family.add_metric((pipeline.route.name,), value(pipeline))
            yield family
