"""What Schemathesis cannot know from the OpenAPI document: tokens, and values that only mean something at run time."""

import json
import os
import re
import uuid
from itertools import count
from pathlib import Path

import schemathesis
from schemathesis.core.parameters import ParameterLocation

# A JSON object from role to access token, as `cargo xtask contract` writes it.
TOKENS: dict[str, str] = json.loads(Path(os.environ["CTPAT_TOKENS"]).read_text(encoding="utf-8"))
CALLS = count()


@schemathesis.auth(refresh_interval=None)
class TokenOfARole:
    """A token of one of the roles that `x-roles` names; each in its turn. No roles, no token."""

    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str | None:
        roles = [role for role in context.operation.definition.raw.get("x-roles", []) if role in TOKENS]
        return TOKENS[roles[next(CALLS) % len(roles)]] if roles else None

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict) -> None:
    """Mends what is valid by its shape and wrong all the same."""
    if case.meta is None:
        return
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch("[!-~]{1,255}", key):
        # A key is used for one request; that a used one is refused is tested elsewhere. Requests that are meant to be wrong need this as
        # well: under a key that all of them share, the stored answer of another request would hide how this one is answered.
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if case.meta.generation.mode.is_positive and case.query and "cursor" in case.query:
        # A cursor is opaque: only the server makes one that it takes.
        del case.query["cursor"]


def holds_null(value: object) -> bool:
    """Whether a member of a body is null."""
    if isinstance(value, dict):
        return any(member is None or holds_null(member) for member in value.values())
    return isinstance(value, list) and any(holds_null(item) for item in value)


@schemathesis.hook
def filter_case(context: schemathesis.HookContext, case: schemathesis.Case) -> bool:
    """Leaves out requests that are meant to be wrong and are not.

    Absent and null are the same on input, and the document describes absence alone. Any text in If-None-Match that is not the current
    tag just does not match (RFC 9110, section 13.1.2), and a header that is no text is not sent at all: where nothing else is wrong with a
    request, it is not wrong.
    """
    if case.meta is None or case.meta.generation.mode.is_positive:
        return True
    wrong = {location for location, component in case.meta.components.items() if component.mode.is_negative}
    parameter = getattr(case.meta.phase.data, "parameter", None)
    headers = case.headers or {}
    harmless = {
        name
        for name, value in headers.items()
        if name.lower() == "if-none-match" or (name.lower() == "if-match" and not isinstance(value, str))
    }
    only_headers = wrong == {ParameterLocation.HEADER} and (parameter is None or parameter in harmless)
    return not ((harmless and only_headers) or holds_null(case.body))
