"""The base of every event, its field types, and the check of a whole batch in one call."""

from collections.abc import Iterable
from datetime import UTC, datetime
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    cast,
    get_args,
    get_origin,
)

from msgspec import Struct
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
)
from typing_extensions import TypedDict

UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
TOKEN_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$"  # noqa: S105 - no secret
SLUG_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"

EventId = Annotated[
    str,
    Field(
        pattern=UUID_PATTERN,
        description="UUID in lower case; the same event keeps it when it is sent again",
        json_schema_extra={"format": "uuid"},
    ),
]
Instant = Annotated[
    AwareDatetime,
    Field(
        ge=datetime(2000, 1, 1, tzinfo=UTC),
        lt=datetime(2100, 1, 1, tzinfo=UTC),
        description="instant with a zone, ISO 8601; kept in UTC to the millisecond",
    ),
]
DistrictCode = Annotated[
    str, Field(pattern=r"^[0-9]{2,5}$", description="code of a district in the units file")
]
Token = Annotated[str, Field(pattern=TOKEN_PATTERN)]
Slug = Annotated[str, Field(pattern=SLUG_PATTERN)]


class Checked(Struct, forbid_unknown_fields=True, gc=False):
    """A checked event: all fields of its model, by name.

    Instants are text in UTC to the millisecond (see ``contracts.time.instants``); omitted fields
    have their defaults. Fields are read as attributes, or by name in brackets as from a dictionary.
    """

    __getitem__ = object.__getattribute__

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a field, or the default if its kind has no such field."""
        return getattr(self, name, default)

    def __contains__(self, name: str) -> bool:
        """Whether its kind has such a field."""
        return hasattr(self, name)


class Event(BaseModel):
    """Fields common to all events. Values are never coerced, unknown fields are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    event_id: EventId
    district: DistrictCode
    occurred_at: Instant
    source: Token = Field(description="the system that published it, such as sim or replay")


def event_models(event_type: Any) -> tuple[type[Event], ...]:
    """The models of a feed's event type, one per kind."""
    if get_origin(event_type) is Annotated:
        return event_models(get_args(event_type)[0])
    if get_origin(event_type) in (Union, UnionType):
        return cast("tuple[type[Event], ...]", get_args(event_type))
    return (event_type,)


def _typed_dict(model: type[Event]) -> Any:
    """The same fields and bounds as a TypedDict, which pydantic fills three times faster."""
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        bounded: Any = field.annotation
        for bound in field.metadata:
            bounded = Annotated[bounded, bound]
        fields[name] = bounded if field.is_required() else NotRequired[bounded]
    make: Any = TypedDict  # called with names known only at run time
    batch_type = make(model.__name__, fields)
    batch_type.__pydantic_config__ = ConfigDict(strict=True, extra="forbid")
    return batch_type


def batch_adapter(event_type: Any) -> TypeAdapter[list[dict[str, Any]]]:
    """A validator that checks a JSON array of a feed's events in one call.

    It returns plain dictionaries with the fields and bounds of the models.
    """
    event: Any = _any_kind(event_type)
    return TypeAdapter(list[event], config=_KEYS_CACHED)


_KEYS_CACHED = ConfigDict(cache_strings="keys")
"""Most values are ids that never repeat: looking each up costs more than it saves."""


def _any_kind(event_type: Any) -> Any:
    kinds: Iterable[Any] = [_typed_dict(model) for model in event_models(event_type)]
    union: Any = Union[tuple(kinds)]  # noqa: UP007 - built at run time
    if len(event_models(event_type)) > 1:
        union = Annotated[union, Field(discriminator="kind")]
    return union


def kind_of(model: type[Event]) -> str:
    """The single value that a model's ``kind`` field allows."""
    kind = model.model_fields["kind"].annotation
    if get_origin(kind) is not Literal:
        raise TypeError(f"{model.__name__}.kind must be a Literal of one kind")
    return str(get_args(kind)[0])
