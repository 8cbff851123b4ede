"""Whatever the description of the API allows, and much that it does not: no failure, nothing undocumented."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal.api import stream
from portal.server.app import create_app
from portal.visitor.site import Throttle
from states.words import ACTION_NAMES
from storage import Register
from tests.portal.api import HOME, a_city, a_token

CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WHO = ("D1", "P1", "R1", "W1", "H1", "M1", "B1", "A1", "security", "")
"""Whose tokens come in by turns; '' has a wrong one."""

CASES = (None, "C1", "C2", "C3", "C5", "C6", "Q1", "没有", "a\0b", "C1/a1", "%")
"""What stands for the id of a case; None: what the description makes up."""

SETTINGS = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_documented_and_none_is_a_failure(
    register: Register, monkeypatch: pytest.MonkeyPatch, mode: GenerationMode
) -> None:
    monkeypatch.setattr(stream, "LASTS", 0.0)  # a stream ends by itself after an hour
    site = a_city(register)
    site.throttles["token"] = Throttle(10**9, 60)
    tokens = {name: a_token(site, name) if name else "wrong" for name in WHO}
    described = schemathesis.openapi.from_asgi(f"{HOME}/openapi.json", create_app(site))
    seen: set[int] = set()
    for operation in (operation.ok() for operation in described.get_all_operations() if isinstance(operation, Ok)):

        @SETTINGS
        @given(
            case=operation.as_strategy(generation_mode=mode), who=st.sampled_from(WHO), case_id=st.sampled_from(CASES),
            action=st.sampled_from([None, *ACTION_NAMES]),
        )  # fmt: skip
        def ask(case: Any, who: str, case_id: str | None, action: str | None) -> None:
            if case_id is not None and "case_id" in (case.path_parameters or {}):
                case.path_parameters["case_id"] = case_id
            if action and isinstance(case.body, dict) and "action" in case.body:
                case.body["action"] = action
            answer = case.call(headers={"Authorization": f"Bearer {tokens[who]}"})
            case.validate_response(answer, checks=CHECKS)
            seen.add(answer.status_code)

        ask()
    assert {200, 401, 403, 404, 422} <= seen or mode == GenerationMode.POSITIVE
