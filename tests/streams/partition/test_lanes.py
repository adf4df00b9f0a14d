"""Lanes: order within a partition, work side by side between partitions."""

import asyncio

from streams.partition.lanes import Lanes


def test_partitions_are_worked_side_by_side_and_each_in_order() -> None:
    seen: list[str] = []

    async def run() -> None:
        gates = {name: asyncio.Event() for name in ("a1", "b1", "a2")}

        async def work(name: str) -> None:
            seen.append(f"begin {name}")
            await gates[name].wait()
            seen.append(f"end {name}")

        lanes = Lanes(work)
        await lanes.put(0, "a1")
        await lanes.put(1, "b1")
        second = asyncio.create_task(lanes.put(0, "a2"))
        for name in ("b1", "a1", "a2"):
            await asyncio.sleep(0.01)  # lets all that may begin begin, as those below
            gates[name].set()
        await second
        await lanes.put(0, "a2")

    asyncio.run(run())
    assert seen[:5] == ["begin a1", "begin b1", "end b1", "end a1", "begin a2"]


def test_a_deep_lane_begins_the_next_batch_and_no_third_one() -> None:
    begun: list[int] = []

    async def run() -> None:
        gates = [asyncio.Event() for _ in range(3)]

        async def work(number: int) -> None:
            begun.append(number)
            await gates[number].wait()

        lanes = Lanes(work, depth=2)
        await lanes.put(0, 0)
        await lanes.put(0, 1)
        third = asyncio.create_task(lanes.put(0, 2))
        await asyncio.sleep(0.01)
        assert begun == [0, 1]
        gates[0].set()
        await third
        await asyncio.sleep(0.01)
        assert begun == [0, 1, 2]

    asyncio.run(run())
