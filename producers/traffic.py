"""Simulated traffic cameras: vehicles, suspected violations, their review, and heartbeats."""

from collections.abc import Iterator
from random import Random
from typing import Any

from contracts.messages import iso
from contracts.reference.reporters import Camera
from producers.calendar import ROADS
from producers.drawing import delay_ms, generator, poisson
from producers.identity import Namer
from producers.outages import Outages
from producers.simulator import LATE_S, Pace, Planned, World, envelope
from producers.traffic_by_setting import CLASSES, MEAN_SPEED, OTHER_VIOLATIONS, PER_HOUR

HEARTBEAT_S = 30
SPREAD = 0.10
TOLERANCE = 1.1
"""A vehicle faster than this multiple of the limit is suspected of speeding."""
SPEEDING = 0.006
"""Share of vehicles above that: 2.5 standard deviations above the mean speed."""
OTHER_SUSPECTED = 0.004
READABLE = 0.93
REVIEWED_WITHIN_S = (60, 480)
CONFIRMED = 0.85

OUTAGE_PERIOD_S = 6 * 3600
OUTAGE_CHANCE = 0.15
OUTAGE_S = (600, 3_600)


def _per_hour(seed: int, camera: Camera) -> float:
    """The camera's mean flow; most are nearer to the minimum of their setting than the maximum."""
    low, high = PER_HOUR[camera.setting]
    return float(low * (high / low) ** generator(seed, "flow", camera.camera_id).random())


class TrafficSimulator:
    """All cameras of the province."""

    name = "traffic"
    slot_s = 5
    life_s = slot_s + 2 * LATE_S + REVIEWED_WITHIN_S[1]
    history_h = 0.25

    def __init__(self, world: World) -> None:
        self._seed = world.seed
        self._namer = Namer(world.seed, self.name)
        cameras = world.reference.cameras
        self._per_s = {camera: _per_hour(world.seed, camera) / 3600 for camera in cameras}
        self.natural_rate = sum(self._per_s.values()) * (1 + SPEEDING + OTHER_SUSPECTED)
        self.fixed_rate = len(self._per_s) / HEARTBEAT_S
        self._outages = Outages(world.seed, OUTAGE_PERIOD_S, OUTAGE_CHANCE, OUTAGE_S)

    def events(self, start_s: int, pace: Pace) -> Iterator[Planned]:
        """The vehicles that pass in the slot, their reviews, and the cameras' heartbeats."""
        slot_s = pace.slot_s(self.slot_s)
        factor = pace.factor(ROADS, start_s * 1000)
        for camera, per_s in self._per_s.items():
            if self._outages.is_down(camera.camera_id, start_s):
                continue
            rng = generator(self._seed, camera.camera_id, start_s, pace.scale)
            yield from self._heartbeats(camera, rng, start_s, slot_s)
            prefix = f"{camera.camera_id}|{start_s}|{pace.scale}|"
            for number in range(poisson(rng, per_s * slot_s * factor)):
                at_ms = start_s * 1000 + int(rng.random() * slot_s * 1000)
                yield from self._vehicle(camera, rng, at_ms, f"{prefix}{number}")

    def _vehicle(self, camera: Camera, rng: Random, at_ms: int, name: str) -> Iterator[Planned]:
        event_id = self._namer.event_id(name)
        event = envelope(self.name, "detection", camera.district, event_id, at_ms)
        publish_ms = at_ms + delay_ms(rng)
        violation = self._describe(camera, rng, event)
        yield Planned(publish_ms, camera.district, event)
        if violation:
            low, high = REVIEWED_WITHIN_S
            review_ms = at_ms + int((low + rng.random() * (high - low)) * 1000)
            review_id = self._namer.event_id(f"{name}|review")
            review = envelope(self.name, "review", camera.district, review_id, review_ms)
            review["camera_id"] = camera.camera_id
            review["road"] = camera.road
            review["detection_id"] = event_id
            review["detected_at"] = iso(at_ms)
            review["violation"] = violation
            review["review"] = "confirmed" if rng.random() < CONFIRMED else "rejected"
            review_publish_ms = max(review_ms + delay_ms(rng), publish_ms + 1)
            yield Planned(review_publish_ms, camera.district, review)

    def _describe(self, camera: Camera, rng: Random, event: dict[str, Any]) -> str | None:
        """Set what the camera saw; return the suspected violation."""
        limit = camera.limit_kmh
        speed = max(3.0, rng.gauss(MEAN_SPEED[camera.setting], SPREAD) * limit)
        violation = None
        if speed > TOLERANCE * limit:
            violation = "speeding"
        elif rng.random() < OTHER_SUSPECTED:
            violation = OTHER_VIOLATIONS[camera.setting].draw(rng)
        event["camera_id"] = camera.camera_id
        event["road"] = camera.road
        event["lane"] = 1 if rng.random() < 0.6 else 2
        event["vehicle_class"] = CLASSES[camera.setting].draw(rng)
        event["speed_kmh"] = round(speed, 1)
        event["limit_kmh"] = limit
        event["violation"] = violation
        event["confidence"] = round(0.7 + 0.3 * rng.random() ** 0.5, 3)
        is_read = rng.random() < READABLE
        event["plate_token"] = self._namer.token(rng.getrandbits(64)) if is_read else None
        return violation

    def _heartbeats(
        self, camera: Camera, rng: Random, start_s: int, slot_s: int
    ) -> Iterator[Planned]:
        phase = int(self._namer.item(camera.camera_id), 16) % HEARTBEAT_S
        first_s = start_s + (phase - start_s) % HEARTBEAT_S
        for at_s in range(first_s, start_s + slot_s, HEARTBEAT_S):
            at_ms = at_s * 1000
            event_id = self._namer.event_id(f"{camera.camera_id}|heartbeat|{at_s}")
            event = envelope(self.name, "heartbeat", camera.district, event_id, at_ms)
            event["camera_id"] = camera.camera_id
            event["road"] = camera.road
            yield Planned(at_ms + delay_ms(rng), camera.district, event)
