"""The ClickHouse of the proofs, with its seeded panes."""

from tests.dashboards.checks.conftest import engine

__all__ = ["engine"]
