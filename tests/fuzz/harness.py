"""Runs cases through the worker's own state, in batches and one by one, and compares."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from random import Random
from typing import Any

from contracts.feed import Feed
from contracts.messages import Reason
from contracts.reference.province import Reference
from contracts.settings import Settings
from contracts.topics import MAX_MESSAGE_BYTES
from streams.kafka.batch import PartitionBatch
from streams.partition.messages import reject_messages
from streams.partition.state import Outcome, PartitionState, RefusedRecord
from tests.fuzz.cases import Case, Cases
from tests.fuzz.payloads import MARK
from tests.fuzz.verdicts import CONTENT, Verdicts
from tests.streams.logs import START_MS, accepted_events

SIZES = (1, 2, 3, 7, 40, 120, 249, 250, 251, 600)
SPAN = 20_000
"""Cases after which a new partition begins, so that memory stays small."""
MOST_FINDINGS = 20
DETAIL_CHARS = 200


@dataclass
class Report:
    """Counts of trials and of findings."""

    cases: int = 0
    accepted: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def find(self, what: str, feed: Feed, cases: Sequence[Case]) -> None:
        """Note a finding, with the start of the case or cases that show it."""
        if len(self.findings) < MOST_FINDINGS:
            shown = [(case.key, (case.value or b"")[:300], case.timestamp) for case in cases[:3]]
            self.findings.append(f"{feed.name}: {what}: {shown}")


class Harness:
    """One feed under test."""

    def __init__(self, feed: Feed, settings: Settings, reference: Reference, seed: int) -> None:
        self._feed, self._settings, self._reference = feed, settings, reference
        self._seed = seed
        self._random = Random(seed)
        codes = reference.units.accepted
        self._districts = tuple(sorted(unit.code for unit in reference.units.districts))[:3]
        self._verdicts = Verdicts(feed, codes, settings.max_event_bytes)

    def run(self, count: int, report: Report) -> list[Outcome]:
        """Try ``count`` cases; return the outcomes of their last partition."""
        outcomes: list[Outcome] = []
        for first in range(0, count, SPAN):
            outcomes = self._span(first, min(SPAN, count - first), report)
        return outcomes

    def _span(self, first: int, count: int, report: Report) -> list[Outcome]:
        source = Cases(self._feed.name, self._seed * 1_000_003 + first, START_MS, self._districts)
        cases = [case for case, _ in zip(source, range(count), strict=False)]
        together, alone = self._state(), self._state()
        outcomes, offset = [], 0
        while offset < len(cases):
            part = cases[offset : offset + self._random.choice(SIZES)]
            outcomes.append(self._compare(together, alone, part, offset, report))
            offset += len(part)
        if astuple(together.progress) != astuple(alone.progress):
            report.find("progress depends on how a log is cut", self._feed, cases)
        return outcomes

    def _state(self) -> PartitionState:
        return PartitionState(self._feed, self._settings, self._reference, {})

    def _compare(
        self,
        together: PartitionState,
        alone: PartitionState,
        cases: Sequence[Case],
        offset: int,
        report: Report,
    ) -> Outcome:
        outcome = together.apply(batch_of(self._feed, cases, offset))
        accepted: list[dict[str, Any]] = []
        for index, case in enumerate(cases):
            single = alone.apply(batch_of(self._feed, [case], offset + index))
            own = accepted_events(single)
            accepted += own
            if single.refused.get(offset + index) != outcome.refused.get(offset + index):
                report.find("another verdict among neighbours", self._feed, [case])
            if len(own) + len(single.refused) != 1:
                report.find("not accounted for", self._feed, [case])
            self._judge(case, outcome.refused.get(offset + index), report)
        if accepted != accepted_events(outcome):
            report.find("other events among neighbours", self._feed, cases)
        if len(accepted) + len(outcome.refused) != len(cases):
            report.find("not all accounted for", self._feed, cases)
        self._messages(outcome, cases, report)
        report.cases += len(cases)
        report.accepted += len(accepted)
        return outcome

    def _messages(self, outcome: Outcome, cases: Sequence[Case], report: Report) -> None:
        """Check that all messages of the worker fit Kafka."""
        sent = [
            *(each.value for each in reject_messages(self._feed.name, 0, outcome, START_MS)),
            *(chunk.array for chunk in outcome.accepted),
        ]
        if any(len(value) > MAX_MESSAGE_BYTES for value in sent):
            report.find("a message too large for Kafka", self._feed, cases)

    def _judge(self, case: Case, refused: RefusedRecord | None, report: Report) -> None:
        refusal = None if refused is None else refused.refusal
        wanted = self._verdicts.of(case.key, case.value)
        given = refusal.reason if refusal and refusal.reason in CONTENT else None
        if given != wanted:
            report.find(f"{given} where {wanted} is right", self._feed, [case])
        if refusal is None:
            return
        report.reasons[Reason(refusal.reason)] += 1
        if MARK in refusal.detail or len(refusal.detail) > DETAIL_CHARS:
            report.find(f"the detail repeats content: {refusal.detail}", self._feed, [case])
        if not refusal.detail.isprintable():
            report.find(f"the detail can't be printed: {refusal.detail!r}", self._feed, [case])


def batch_of(feed: Feed, cases: Sequence[Case], offset: int) -> PartitionBatch:
    """The cases as a partition's batch."""
    return PartitionBatch(
        f"ioc.events.{feed.name}.v1",
        0,
        list(range(offset, offset + len(cases))),
        [case.timestamp for case in cases],
        [case.key for case in cases],
        [case.value for case in cases],
    )
