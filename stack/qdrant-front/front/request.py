"""What a handler gets of an HTTP request."""

from __future__ import annotations

from dataclasses import dataclass

from .fields import Body


@dataclass(frozen=True)
class Request:
    """Path parameters in their order, query parameters by name, and the JSON body ({} if none was sent)."""

    path: list[str]
    query: dict[str, str]
    body: Body

    @property
    def collection(self) -> str:
        """The collection named in the path."""
        return self.path[0]

    @property
    def wait(self) -> bool:
        """Whether the client wants the answer only when the change is applied."""
        return self.query.get('wait') == 'true'
