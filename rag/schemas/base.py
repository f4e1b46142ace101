"""The base of all schemas."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """An immutable JSON object; fields of the same name are read from a dataclass."""

    model_config = ConfigDict(frozen=True, from_attributes=True)
