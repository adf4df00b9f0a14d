"""Traffic at a camera, by its setting: on a main road, in a town, on a local road."""

from producers.drawing import Weighted

PER_HOUR = {"main": (300, 1_500), "town": (500, 3_000), "local": (50, 300)}
"""Vehicles an hour, mean over the week, lowest and highest of the cameras."""

MEAN_SPEED = {"main": 0.86, "town": 0.84, "local": 0.85}
"""Mean speed as a multiple of the limit."""

CLASSES = {
    "main": Weighted.of({"motorbike": 42, "car": 34, "truck": 16, "bus": 6, "other": 2}),
    "town": Weighted.of({"motorbike": 66, "car": 25, "truck": 4, "bus": 3, "other": 2}),
    "local": Weighted.of({"motorbike": 72, "car": 17, "truck": 8, "bus": 1, "other": 2}),
}

OTHER_VIOLATIONS = {
    "main": Weighted.of({"wrong_lane": 7, "illegal_stop": 3}),
    "town": Weighted.of({"red_light": 5, "illegal_stop": 3, "wrong_lane": 2}),
    "local": Weighted.of({"illegal_stop": 6, "wrong_lane": 4}),
}
