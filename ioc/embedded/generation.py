"""Counts the generations of the embedded broker's log, which ends with its process."""

from pathlib import Path

from contracts.errors import DataFileError


def next_generation(data_dir: Path) -> int:
    """Increment the generation durably and return the new number (from 1).

    Raises:
        DataFileError: the file is damaged; the count must not restart, or newer figures would lose
            to older ones.
    """
    path = data_dir / "generation"
    try:
        count = int(path.read_text()) if path.exists() else 0
    except (ValueError, OSError) as error:
        raise DataFileError(
            f"{path}: can't be read as a whole number ({error}); write into it one more than the "
            "largest generation in table ioc.progress"
        ) from None
    data_dir.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{count + 1}\n")
    fresh.replace(path)
    return count + 1
