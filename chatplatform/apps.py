from django.apps import AppConfig


class ChatPlatformConfig(AppConfig):
    name = "chatplatform"

    def ready(self) -> None:
        from chatplatform import checks, wiring  # noqa: F401, PLC0415

        wiring.wire()
