"""The base of all schemas."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """An immutable JSON object; fields of the same name are read from a dataclass."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Mirror(Shape):
    """One with the fields of a value of the program."""

    @classmethod
    def of(cls, value: Any) -> Self:  # noqa: ANN401 - whatever has these fields
        """Take the value's fields."""
        return cls.model_validate(value)
