"""Labels over REST. Which of them a conversation has is set on the conversation, by name."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.actors import staff_of
from accounts.api.bodies import Colour
from conversations.actions.labels import change_label, make_label, remove_label
from conversations.api.bodies import Label as LabelName
from conversations.models import Label
from foundation.rest import answer, read, run


class LabelForm(BaseModel):
    id: int
    name: str
    color: str

    @classmethod
    def of(cls, label: Label) -> LabelForm:
        return cls(id=label.pk, name=label.name, color=label.color)


class LabelsForm(BaseModel):
    """All of them, by name: there are at most 500."""

    results: list[LabelForm]
    next: str | None = None
    previous: str | None = None


class NewLabel(BaseModel):
    """`website` says for which organisation; its other websites have the label as well."""

    model_config = ConfigDict(extra="forbid")

    website: int
    name: LabelName
    color: Colour = "#5c6370"


class LabelChanges(BaseModel):
    """What is left out stays. A new name goes to all conversations that have the label."""

    model_config = ConfigDict(extra="forbid")

    name: LabelName | None = None
    color: Colour | None = None


class LabelsView(APIView):
    """`GET|POST labels/`: a name that is there already is answered with its label."""

    @extend_schema(responses=LabelsForm, operation_id="labels_list")
    def get(self, request: Request) -> Response:
        found = Label.objects.for_actor(staff_of(request)).order_by("name", "id")
        return answer(LabelsForm(results=[LabelForm.of(one) for one in found]))

    @extend_schema(request=NewLabel, responses={201: LabelForm})
    def post(self, request: Request) -> Response:
        body = read(request, NewLabel)
        made = run(make_label(staff_of(request), body.website, body.name, body.color))
        return answer(LabelForm.of(made), status=201)


class LabelView(APIView):
    """`PATCH|DELETE labels/<id>/`."""

    @extend_schema(request=LabelChanges, responses=LabelForm)
    def patch(self, request: Request, label_id: int) -> Response:
        body = read(request, LabelChanges)
        changed = run(change_label(staff_of(request), label_id, name=body.name, color=body.color))
        return answer(LabelForm.of(changed))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, label_id: int) -> Response:
        run(remove_label(staff_of(request), label_id))
        return answer(None, status=204)
