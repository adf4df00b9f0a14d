"""The metrics, progress and readiness of a sink process."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from contracts import metrics
from contracts.metrics import Declared, Family
from contracts.vitals import Standing
from sinks.consuming.intake import Intake
from sinks.consuming.pipeline import Pipeline
from sinks.parking import what_to_do


class SinkVitals:
    """Reads the routes' counters from other threads."""

    def __init__(self, intakes: Sequence[Intake]) -> None:
        self._routes = [(intake, pipeline) for intake in intakes for pipeline in intake.pipelines]

    def standings(self) -> Mapping[str, Standing]:
        """The number of messages that each route has written, and of those it has not.

        A parked route counts as having nothing to do: a restart of the process would not help.
        """
        return {
            f"route {pipeline.route.name}": Standing(
                pipeline.counters.messages, 0 if pipeline.parked else intake.behind(pipeline)
            )
            for intake, pipeline in self._routes
        }

    def unready(self) -> str | None:
        """See Vitals."""
        parked = [
            what_to_do(pipeline.route.name, pipeline.parked)
            for _, pipeline in self._routes
            if pipeline.parked is not None
        ]
        if parked:
            return "; ".join(parked)
        closed = [
            pipeline.route.name for intake, pipeline in self._routes if not intake.is_open(pipeline)
        ]
        return f"waiting for the topics of {', '.join(closed)}" if closed else None

    def collect(self) -> Iterator[Family]:
        """The metrics held by the routes' counters."""
        values: tuple[tuple[Declared, Callable[[Intake, Pipeline], float]], ...] = (
            (metrics.SINK_LAG, Intake.behind),
            (metrics.SINK_MESSAGES, lambda _, pipeline: pipeline.counters.messages),
            (metrics.SINK_ROWS, lambda _, pipeline: pipeline.counters.rows),
            (metrics.SINK_RETRIES, lambda _, pipeline: pipeline.counters.retries),
            (metrics.SINK_PARKED, lambda _, pipeline: pipeline.parked is not None),
        )
        for declared, value in values:
            family = declared.family()
            for intake, pipeline in self._routes:
                family.add_metric((pipeline.route.name,), value(intake, pipeline))
            yield family
