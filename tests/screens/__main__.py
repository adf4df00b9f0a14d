"""Writes pictures of all dashboards: python -m tests.screens --url http://127.0.0.1:18080."""

import argparse
import sys
from pathlib import Path

from dashboards.preview.library import FOLDER, HOME, Library
from dashboards.preview.model import rows_of
from tests.screens.browser import LAPTOP, WALL, Look, chromium, look

ROOM_PX = 140
"""Head and foot of a page beside its panels."""
ROW_PX = 38


def main() -> None:
    """Write a picture of each dashboard, of the wall, and of the wall's page on a laptop."""
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:18080", help="where the preview runs")
    parser.add_argument("--into", type=Path, default=Path("docs/screens"), help="folder")
    parser.add_argument("--only", default="", help="uid of the one dashboard to look at")
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for dashboard in Library(FOLDER).all():
            if given.only not in ("", dashboard.uid):
                continue
            url = f"{given.url}/d/{dashboard.uid}"
            if dashboard.uid == HOME:
                with look(browser, LAPTOP) as laptop:
                    _write(laptop, url, given.into / f"{dashboard.uid}-laptop.png")
                url += "?kiosk"
            height = max(WALL[1], rows_of(dashboard.placed()) * ROW_PX + ROOM_PX)
            with look(browser, WALL if dashboard.uid == HOME else (WALL[0], height)) as wall:
                _write(wall, url, given.into / f"{dashboard.uid}.png")


def _write(seen: Look, url: str, path: Path) -> None:
    seen.open(url)
    seen.page.screenshot(path=path)
    sys.stdout.write(f"{path}\n")
    for panel in seen.panels:
        if panel.state != "ready":
            sys.stdout.write(f"  {panel.title}: {panel.state} {panel.note or panel.text}\n")
    sys.stdout.writelines(f"  script: {error}\n" for error in seen.errors)


if __name__ == "__main__":
    main()
