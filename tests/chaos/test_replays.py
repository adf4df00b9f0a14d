"""A replay that is killed twice ends exact; damage by a kill would be found."""

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.chaos.replays import Kind, Replay, kills
from tests.e2e.running import ioc_environment
from tests.processes import ROOT

EXAMPLE = ROOT / "docs" / "examples"
DOSSIERS, DAYS = 9_000, 200
SMALL_INSERTS = {"IOC_SINK_BATCH_ROWS": "500"}
"""So that the archive grows in steps, and a kill finds it in the middle."""
DISTRICTS = ("148", "150", "152", "153", "154", "155", "156", "157", "158", "159")


def write_records(path: Path) -> int:
    """Write dossiers as the mapping of the example reads them; the number of their events."""
    drawn = random.Random(2)
    with (EXAMPLE / "ho-so.csv").open(encoding="utf-8-sig") as example:
        names = example.readline().strip().split(";")
    events = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, names, delimiter=";")
        out.writeheader()
        for number in range(DOSSIERS):
            came = datetime(2023, 1, 2, tzinfo=UTC) + timedelta(
                minutes=drawn.randrange(DAYS * 1_440)
            )
            is_closed = number % 3 > 0
            events += 1 + is_closed
            out.writerow(
                {
                    "Số hồ sơ": f"H28-{number:05d}",
                    "Huyện": drawn.choice(DISTRICTS),
                    "Cấp": "Huyện",
                    "Lĩnh vực": "Đất đai",
                    "Mã thủ tục": "1.004199",
                    "Ngày tiếp nhận": f"{came:%d/%m/%Y %H:%M}",
                    "Hẹn trả": f"{came + timedelta(days=14):%d/%m/%Y}",
                    "Hình thức": "Trực tuyến",
                    "Lệ phí": "0",
                    "Trạng thái": "Đã trả kết quả" if is_closed else "Đang giải quyết",
                    "Ngày kết thúc": (
                        f"{came + timedelta(hours=drawn.randrange(2, 500)):%d/%m/%Y %H:%M}"
                        if is_closed
                        else ""
                    ),
                    "Số hóa": "Có",
                }
            )
    return events


def test_a_replay_that_is_killed_and_gone_on_with_ends_exact(tmp_path: Path) -> None:
    """Two hundred days of records; a worker keeps panes of a hundredth of that time."""
    records = tmp_path / "ho-so.csv"
    events = write_records(records)
    assert events == DOSSIERS + DOSSIERS * 2 // 3
    environment = ioc_environment(tmp_path / "run") | SMALL_INSERTS
    (tmp_path / "run").mkdir()
    command = ("replay", str(records), "--feed", "dossier", "--map", str(EXAMPLE / "ho-so.toml"))
    replay = Replay(environment, (*command, "--into", "thu"), "thu", events)
    result = replay.run(kills(4, 2, jitter_s=0.2), print)
    assert result.differences == []
    assert 0 < result.archived[0] <= result.archived[1] <= result.archived[2] == events
    assert result.panes > DOSSIERS


def test_the_same_seed_gives_the_same_kills() -> None:
    assert kills(4, 6) == kills(4, 6) != kills(5, 6)
    assert {kill.kind for kill in kills(1, 2)} == set(Kind)
