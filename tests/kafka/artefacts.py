"""Apache Kafka's Java archives.

``python -m tests.kafka.artefacts`` fetches them, or says why it can't and ends with exit code 1.
"""

import sys
from pathlib import Path

from tests.archives import Archives, NoArchives

HERE = Path(__file__).parent
_ARCHIVES = Archives("Apache Kafka", HERE)


def classpath() -> str:
    """Java's class path of a broker. Raises NoArchives."""
    return _ARCHIVES.classpath()


if __name__ == "__main__":
    try:
        classpath()
    except NoArchives as reason:
        sys.exit(str(reason))
