"""Write docs/asyncapi.json and frontend/shared/protocol.d.ts from conversations/protocol.py."""

from __future__ import annotations

from conversations.wire_documents import asyncapi, typescript
from foundation.generated_files import GeneratedFilesCommand


class Command(GeneratedFilesCommand):
    help = __doc__

    def files(self) -> dict[str, str]:
        return {"docs/asyncapi.json": asyncapi(), "frontend/shared/protocol.d.ts": typescript()}
