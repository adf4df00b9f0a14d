"""Reads a JSON data file into its model."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from contracts.errors import DataFileError

Model = TypeVar("Model", bound=BaseModel)


def load_json(path: Path, model: type[Model]) -> Model:
    """The file's content, checked. Raises DataFileError, which names the faulty field."""
    try:
        return model.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise DataFileError(f"{path}, {where}: {first['msg']}") from None
