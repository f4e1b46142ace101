"""The base of all schemas."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """An immutable JSON object."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    @classmethod
    def of(cls, value: Any, /) -> Self:  # noqa: ANN401 - whatever has these fields
        """Take the fields of a value of the program."""
        return cls.model_validate(value)
