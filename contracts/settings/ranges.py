"""Ranges that several settings share."""

from typing import Annotated

from pydantic import Field

Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Hours = Annotated[float, Field(gt=0, le=24 * 366)]
Share = Annotated[float, Field(ge=0, le=1)]
