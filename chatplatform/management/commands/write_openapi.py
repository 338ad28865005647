"""Write docs/openapi.yaml from the REST views."""

from __future__ import annotations

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from foundation.generated_files import GeneratedFilesCommand


class Command(GeneratedFilesCommand):
    help = __doc__

    def files(self) -> dict[str, str]:
        schema = SchemaGenerator().get_schema(request=None, public=True)
        return {"docs/openapi.yaml": OpenApiYamlRenderer().render(schema, renderer_context={}).decode()}
