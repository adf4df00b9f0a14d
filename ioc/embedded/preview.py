"""``ioc preview``: the preview page, where it may be served."""

from pathlib import Path
from threading import Event

from contracts.access.loopback import is_loopback
from contracts.errors import SettingError
from contracts.settings import Settings
from dashboards.preview.library import FOLDER
from ioc.embedded.ports import require_free


def preview(settings: Settings, stop: Event, folder: Path | None = None) -> None:
    """Serve the dashboards of a folder (by default the package's) until SIGTERM.

    ``stop`` is set by a signal that arrives before the server handles signals itself.

    Raises:
        SettingError: other machines could look without a password, or there is no such folder.
        UnavailableError: the port is in use.
    """
    if folder is not None and not folder.is_dir():
        raise SettingError(f"--dashboards {folder}: there is no such folder")
    require_servable(settings)
    from dashboards.preview.server import serve

    serve(settings, folder or FOLDER, stop)


def require_servable(settings: Settings) -> None:
    """Raise as ``preview`` does, before anything is started."""
    if not is_loopback(settings.preview_host) and not settings.preview_password.get_secret_value():
        raise SettingError(
            f"IOC_PREVIEW_HOST={settings.preview_host} lets other machines see the preview page: "
            "set IOC_PREVIEW_PASSWORD too, or listen on 127.0.0.1"
        )
    host, port = settings.preview_host, settings.preview_port
    require_free(host, port, "the preview page", "IOC_PREVIEW_PORT")
