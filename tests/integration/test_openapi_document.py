"""The OpenAPI document at /openapi.json is true, and requests made from it find no fault.

That no answer goes beyond it is looked at by every test that runs a server (`tests/described.py`).
"""

from __future__ import annotations

import json
import os
from collections import Counter

import pytest
import requests
import schemathesis
from argon2 import PasswordHasher
from fastapi.routing import iter_route_contexts
from hypothesis import strategies
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from shared.sync.packed_message import MEDIA_TYPE
from sync_server.main import create_app
from sync_server.settings import Settings
from tests.server_world import RunningServer
from tests.signing_hook import SignedAsItself

# PostgreSQL is the stricter one, and gets every keyword of each schema for what tablets say; a run takes as long as its
# requests, so the pages get that with HANDWISE_FUZZ=all only.
ONLY_FUZZING = {"examples": {"enabled": False}, "coverage": {"enabled": False}}
EVERYTHING = os.environ.get("HANDWISE_FUZZ") == "all"
SIGNED = ("POST /v1/sync", "POST /v1/compare", "POST /v1/carry")
# Whatever is made, this is done. What a coordinator saves must fit what a page had shown: other tests do that.
DONE = {
    *SIGNED, "POST /v1/enrol", "GET /health", "GET /metrics", "GET /openapi.json", "GET /", "GET /review",
    "GET /review/cases/{case_id}", "GET /review/api/cases/{case_id}", "GET /review/sign-in", "POST /review/sign-out",
    "GET /review/api/today", "GET /review/alerts", "GET /review/api/alerts", "GET /review/exports",
    "GET /review/api/exports", "GET /review/users", "GET /review/api/users", "GET /review/account",
    "GET /review/api/account", "GET /review/devices", "GET /review/api/devices", "GET /review/knowledge",
    "GET /review/cases/{case_id}/fhir.json",
}  # fmt: skip
CONFIGURATION = {
    "seed": 1,
    "generation": {"max-examples": 5, "deterministic": True, "database": "none"},
    # 426 is this protocol's answer to another version; what a person filled in wrongly is 422, with the page.
    "checks": {"negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 415, 422, 426, 429]}},
    "operations": [
        *([] if EVERYTHING else [{"include-path-regex": "^/review", "phases": ONLY_FUZZING}]),
        {
            # A choice of the right form that is on no list, such as a week that there is not, is 400, in a sentence.
            "include-path-regex": "^/review/(api/)?(charts|cohort|performance)",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "403"]}},
        },
        {
            # A filter of the list that makes no sense, and a form that was filled in wrongly.
            "include-path-regex": "^/review/((api/)?(exports|devices|cases$)|cases/views|reminders)",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "303", "403", "404", "409", "422"]}},
        },
        {
            # A filter that names what is on no list; a view without a name.
            "include-path-regex": "^/review/(api/)?cases(/views.*)?$",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "303", "400", "403", "404", "422"]}},
        },
        {
            "include-name": "POST /review/cases/{case_id}",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["303", "403", "404", "422"]}},
        },
        {
            # A password that is too short, a coordinator without a site.
            "include-path-regex": "^/review/(users|account|sign-in/password)",
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "303", "403", "404", "422", "429"]}},
        },
    ],
}


def test_every_route_is_in_the_document_and_nothing_else_is(server: RunningServer) -> None:
    answer = requests.get(f"{server.url}/openapi.json", timeout=30)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")

    app = create_app(Settings(database_url=server.database_url))
    app.state.services.close()
    routes = {(method.lower(), one.path) for one in iter_route_contexts(app.routes) for method in one.methods or ()}

    assert {(method, path) for path, found in answer.json()["paths"].items() for method in found} == routes
    assert "422" not in json.dumps(answer.json()["paths"]["/review"])


def test_every_reference_in_the_document_leads_somewhere(server: RunningServer) -> None:
    document = requests.get(f"{server.url}/openapi.json", timeout=30).json()
    schemas = document["components"]["schemas"]

    named = {part.split('"')[0] for part in json.dumps(document).split('"#/components/schemas/')[1:]}

    assert named == set(schemas)


# A long value is shown shortly or at length: it is the request that counts.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_schemathesis_finds_no_fault_in_what_it_makes_from_the_document(database_url: str) -> None:
    """Coverage of each keyword of each schema, and fuzzing; every request is signed."""
    is_short = database_url.startswith("sqlite")
    app = create_app(Settings(database_url=database_url))
    object.__setattr__(app.state.services.sign_in, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    configuration = {**CONFIGURATION, "phases": ONLY_FUZZING if is_short else {}}
    document = schemathesis.openapi.from_dict(app.openapi(), config=SchemathesisConfig.from_dict(configuration))
    document.app = app
    document.auth.set_from_requests(SignedAsItself(app.state.services))
    # The door writes what is packed: random bytes would be no valid data.
    schemathesis.openapi.media_type(MEDIA_TYPE, strategies.just(b"packed"))
    seen: Counter[tuple[str, int]] = Counter()
    faults: set[str] = set()

    for event in from_schema(document).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            faults.add(str(event))
        if isinstance(event, events.ScenarioFinished):
            for made in event.recorder.interactions.values():
                assert made.response is not None
                seen[event.label or "", made.response.status_code] += 1
            for name, checks in event.recorder.checks.items():
                answer = event.recorder.interactions[name].response
                said = answer.content[:200] if answer else b""
                faults |= {f"{event.label}: {one.failure_info.failure}\n{said!r}" for one in checks if one.failure_info}
    app.state.services.close()

    assert not faults, "\n\n".join(sorted(faults))
    # It came past the door: what is right is stored, compared and taken in, and what is wrong is refused for that.
    assert DONE - {operation for operation, status in seen if status < 400} == set()
    if not is_short:
        for operation in SIGNED:
            assert seen[operation, 400] >= 20
            assert seen[operation, 426] >= 1
