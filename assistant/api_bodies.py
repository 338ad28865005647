"""What REST calls about thumbs take and give, for visitors and staff alike."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict, StrictBool


class ThumbBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    helpful: StrictBool | None


class ThumbsForm(BaseModel):
    """By message: whether the visitor found it helpful. Messages without a thumb are left out."""

    thumbs: dict[UUID, bool]
