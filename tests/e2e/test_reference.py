"""The whole stack over a province without districts: 148 communes and wards, all feeds."""

from pathlib import Path
from signal import SIGTERM

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import load_settings
from tests.e2e.ledger import client_of, rows
from tests.e2e.recount import recount
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.waiting import until

PROVINCE = "25"


def test_all_feeds_have_exact_figures_for_every_commune(tmp_path: Path) -> None:
    environment = ioc_environment(
        tmp_path, IOC_REFERENCE="phu-tho-2025", IOC_RATE="10", IOC_FAULT_SHARE="0"
    )
    with Part(environment, "up") as stack:
        until(lambda: "accepted" in stack.log, "figures are shown")
        until(
            lambda: run_ioc(environment, "audit").returncode == 0, "the audit finds nothing wrong"
        )
        client = client_of(environment)
        until(lambda: fed(client) == {feed.name for feed in FEEDS}, "every feed has figures")
        codes = load_reference(load_settings(reference="phu-tho-2025")).units.accepted
        seen = {code for (code,) in rows(client, "SELECT DISTINCT district FROM panes")}
        assert seen <= codes
        assert len(seen) > len(codes) / 2
        assert rows(client, "SELECT DISTINCT reason FROM rejects") == []
        until(lambda: is_exact(client), "the province's dossiers are those of the recount")
        assert stack.end(SIGTERM) == 0, stack.log
        assert "Traceback" not in stack.log


def fed(client: Client) -> set[str]:
    """Feeds that have a figure of the province."""
    try:
        found = rows(
            client,
            "SELECT DISTINCT splitByChar('.', toString(indicator))[1] FROM indicator_latest "
            f"WHERE district = '{PROVINCE}'",
        )
    except ClickHouseError:  # no table yet
        return set()
    return {feed for (feed,) in found}


def is_exact(client: Client) -> bool:
    return not rows(client, recount("dossier", "received", PROVINCE))
