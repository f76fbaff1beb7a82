"""Every response is as the OpenAPI document describes it, whatever is sent: schemathesis makes requests from it.

A few for each operation here; `make schemathesis` sends thousands to a real service over the sample treaties.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from real_server import served
from schemathesis.checks import positive_data_acceptance
from server_fakes import make_app
from web_fakes import make_client

from service import job_runner

EXAMPLES = 12


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    """The interface of an application over the invented treaties, in which jobs have no child process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job_runner, "run_child", lambda *_: (-9, None))
        with served(make_app(tmp_path_factory.mktemp("openapi"))) as address:
            yield schemathesis.openapi.from_url(f"{address}/openapi.json")


# What no schema can say is refused too: facts for a file that was not sent, a message of the user without words.
def test_every_response_is_as_described(described: schemathesis.BaseSchema) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= 20
    for operation in operations:

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.as_strategy())
        def answers_as_described(case: schemathesis.Case) -> None:
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        answers_as_described()


def test_every_operation_has_examples(tmp_path: Path) -> None:
    with make_client(tmp_path) as client:
        document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]

    def has_example(content: dict[str, object]) -> bool:
        text = str(content)
        names = [part.split("'")[0] for part in text.split("#/components/schemas/")[1:]]
        return "'example" in text or any(has_example(schemas[name]) for name in names)

    lacking = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            contents = [operation.get("requestBody", {}).get("content", {})]
            contents += [r.get("content", {}) for status, r in operation["responses"].items() if status[0] == "2"]
            lacking += [(method, path, media) for content in contents for media, one in content.items()
                        if not has_example(one)]  # fmt: skip
            lacking += [(method, path, parameter["name"]) for parameter in operation.get("parameters", ())
                        if parameter["in"] == "path" and "example" not in str(parameter)]  # fmt: skip
    assert lacking == []
