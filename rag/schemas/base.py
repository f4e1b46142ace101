"""What all shapes are."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A JSON object that is read or written whole and never changed; a noun gives it its fields of the same name."""

    model_config = ConfigDict(frozen=True, from_attributes=True)
