"""The commands of documents that no test runs, and the reasons."""

from fnmatch import fnmatchcase

from tests.documents.reading import Command

IN_A_COPY = "tests/documents/test_add_a_stream.py runs it in a copy of the project"
SERVER = "it changes a server as root; tests/deploy looks at what it installs"
DOCKER = "it needs Docker; its files and services are looked up"
BACKUP = "tests/documents/test_backup.py runs it over a stack of its own"
SECRET = "it writes a secret; tests/deploy/test_grafana.py reads what mail needs"
HOURS = "it takes minutes to hours; its options are looked up"

NOT_RUN = {
    "make *": "each target is a whole run of its own; make itself says that there is one",
    "ioc new feed *": IN_A_COPY,
    "ioc dashboards build": "it writes into the checkout; tests/dashboards/boards/test_files.py",
    "ioc dashboards check": "it takes minutes; tests/dashboards/checks/test_proof.py",
    "ioc dashboards publish *": "it needs a Grafana; tests/dashboards/publishing has one",
    "ioc replay * --into thu": "tests/e2e/test_replay.py has a ClickHouse of its own for it",
    "ioc replay *ho-so.toml": "it is refused, as the text says; tests/e2e/test_replay.py",
    "ioc replay --scenario *": "it takes minutes; tests/chaos/test_replays.py",
    "ioc report *": "it needs the replayed scenario; tests/ioc/published/test_report.py",
    "ioc rebuild *": "no worker may run meanwhile; tests/e2e/test_rebuild.py",
    "ioc up*": "the stack that other commands ask is one",
    "ioc * river*": "the stack lacks that feed; tests/ioc/feeds/test_new.py starts a new one",
    "ioc query *river*": "as above; tests/ioc/feeds/test_new.py asks for a new feed's figures",
    "python -m benchmarks.*": HOURS,
    "python -m pytest *river*": IN_A_COPY,
    "docker compose *": DOCKER,
    "make-secrets.sh": "tests/deploy/test_secrets.py",
    "useradd *": SERVER,
    "python3 -m venv *": SERVER,
    "pip install *": "it fetches packages from a registry",
    "pre-commit install": "it changes the checkout's hooks",
    "install *": SERVER,
    "cp *": SERVER,
    "systemctl *": SERVER,
    "tar *": BACKUP,
    "rm *": BACKUP,
    "printf *": SECRET,
    "chmod *": SECRET,
    "kafka-consumer-groups.sh *": "Apache Kafka's own; tests/deploy/test_backup.py does the same",
    "grep *": "it reads what kafka-consumer-groups.sh prints",
}
"""Pattern of a command -> why no test of the documents runs it, and what proves it instead."""


def reason(command: Command) -> str | None:
    """Why it is not run; None: it is."""
    return next(
        (why for pattern, why in NOT_RUN.items() if fnmatchcase(command.text, pattern)), None
    )
