"""The portal, as an integrator's program sees it: the generated client, once for each role."""

import json
import os
from pathlib import Path
from typing import Any, TypeVar

from ctpat_client.client import AuthenticatedClient, Client
from ctpat_client.models.problem import Problem
from ctpat_client.types import Response

Body = TypeVar("Body")


def portal_as(role: str) -> AuthenticatedClient:
    """`CTPAT_BASE_URL` is the server's address, `CTPAT_TOKENS` a file with a JSON object from role to access token."""
    tokens: dict[str, str] = json.loads(Path(_setting("CTPAT_TOKENS")).read_text(encoding="utf-8"))
    if role not in tokens:
        raise SystemExit(f"the file that CTPAT_TOKENS names has no token for {role}")
    return AuthenticatedClient(base_url=_setting("CTPAT_BASE_URL"), token=tokens[role], timeout=None)


def stranger() -> Client:
    """A caller without a token."""
    return Client(base_url=_setting("CTPAT_BASE_URL"))


def body(what: str, kind: type[Body], answer: Response[Any]) -> Body:
    """The body of an answer, or an error that shows the problem the server sent."""
    if not isinstance(answer.parsed, kind):
        raise SystemExit(f"{what}: {int(answer.status_code)} {answer.content.decode(errors='replace')}")
    return answer.parsed


def etag(answer: Response[Any]) -> str:
    """The `ETag` of an answer, to be sent back as `If-Match`."""
    return str(answer.headers["ETag"])


def refused(what: str, status: int, answer: Response[Any]) -> Problem:
    """Fails unless the server refuses with this status."""
    if int(answer.status_code) != status or not isinstance(answer.parsed, Problem):
        raise SystemExit(f"{what}: expected a problem with status {status}, got {int(answer.status_code)}")
    return answer.parsed


def _setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set; cargo xtask contract sets it")
    return value
