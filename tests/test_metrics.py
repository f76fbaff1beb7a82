"""``/metrics``: what is measured, in Prometheus's own reading of it, and that nothing of it tells what was asked."""

import os
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from server_fakes import make_app, wait_for
from web_fakes import FakeIndex, TestClient

from ingest.errors import IndexMissing
from service.api.gate import Gate

Labels = tuple[tuple[str, str], ...]


def measured(client: TestClient) -> dict[tuple[str, Labels], float]:
    """Every sample by its name and labels."""
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def labelled(name: str, **labels: str) -> tuple[str, Labels]:
    return name, tuple(sorted(labels.items()))


def test_answers_are_counted_by_status_and_reason_and_timed_by_stage(tmp_path: Path) -> None:
    with TestClient(make_app(tmp_path)) as client:
        for question in ("Article 1?", "Article 2?", "Article 99?", "Salt?"):
            client.post("/v1/chat", json={"question": question})
        client.get("/?q=Article+1")
        found = measured(client)
    assert found[labelled("pacta_answers_total", status="answered", reason="")] == 3
    assert found[labelled("pacta_answers_total", status="abstained", reason="no_such_provision")] == 1
    assert found[labelled("pacta_answers_total", status="abstained", reason="not_found")] == 1
    assert found[labelled("pacta_answer_stage_seconds_count", stage="total")] == 5
    assert found[labelled("pacta_answer_stage_seconds_bucket", stage="total", le="0.001")] == 5


def test_requests_are_counted_by_route_and_what_clients_write_makes_no_label(tmp_path: Path) -> None:
    with TestClient(make_app(tmp_path), raise_server_exceptions=False) as client:
        conversation = client.post("/v1/chat", json={"question": "Article 1?"}).json()["conversation_id"]
        client.get(f"/v1/conversations/{conversation}")
        client.get("/v1/treaties/salt")
        client.get("/v1/treaties/hunter2")
        client.get("/hunter2?q=hunter2")
        client.get("/static/ask.js")
        client.request("HUNTER2", "/v1/treaties")
        client.post("/v1/chat", json={"question": "boom"})
        client.post("/v1/chat", json={"question": "hunter2?"})
        found = measured(client)
        text = client.get("/metrics").text
    requests = {key: value for key, value in found.items() if key[0] == "pacta_http_requests_total"}
    assert requests == {
        labelled("pacta_http_requests_total", method="POST", route="/v1/chat", status="200"): 2,
        labelled("pacta_http_requests_total", method="POST", route="/v1/chat", status="500"): 1,
        labelled(
            "pacta_http_requests_total", method="GET", route="/v1/conversations/{conversation_id}", status="200"
        ): 1,
        labelled("pacta_http_requests_total", method="GET", route="/v1/treaties/{treaty_id}", status="200"): 1,
        labelled("pacta_http_requests_total", method="GET", route="/v1/treaties/{treaty_id}", status="404"): 1,
        labelled("pacta_http_requests_total", method="GET", route="none", status="404"): 1,
        labelled("pacta_http_requests_total", method="GET", route="/static", status="200"): 1,
        labelled("pacta_http_requests_total", method="OTHER", route="/v1/treaties", status="405"): 1,
    }
    assert "unter2" not in text
    assert conversation not in text


def test_the_index_in_use_is_told_and_whether_it_is_the_last_one(tmp_path: Path) -> None:
    def open_index(home: Path) -> FakeIndex:
        generation = (home / "CURRENT").read_text()
        if generation == "broken":
            raise IndexMissing("It cannot be opened.")
        return FakeIndex(generation)

    def publish(generation: str) -> None:
        (tmp_path / "new").write_text(generation)
        os.replace(tmp_path / "new", tmp_path / "CURRENT")

    publish("g1")
    with TestClient(make_app(tmp_path, open_index=open_index)) as client:
        found = measured(client)
        assert found[labelled("pacta_index_info", generation="g1")] == 1
        assert (found[("pacta_index_treaties", ())], found[("pacta_index_outdated", ())]) == (2, 0)
        publish("g2")
        found = measured(client)
        assert labelled("pacta_index_info", generation="g1") not in found
        assert found[labelled("pacta_index_info", generation="g2")] == 1
        publish("broken")
        found = measured(client)
        assert found[labelled("pacta_index_info", generation="g2")] == 1
        assert found[("pacta_index_outdated", ())] == 1


def test_without_an_index_there_is_something_to_read_all_the_same(tmp_path: Path) -> None:
    def refuse(home: Path) -> FakeIndex:
        raise IndexMissing("Nothing has been ingested yet.")

    with TestClient(make_app(tmp_path, open_index=refuse)) as client:
        found = measured(client)
    assert found[("pacta_index_treaties", ())] == 0
    assert not [name for name, _ in found if name == "pacta_index_info"]


@pytest.mark.parametrize("waiting", [0, 1])
def test_the_gate_is_measured_while_it_is_full(tmp_path: Path, waiting: int) -> None:
    app = make_app(tmp_path, at_once=1, queue=1)
    with TestClient(app) as client:
        gate = app.state.services.gate
        with client.portal.wrap_async_context_manager(gate.admitted()):
            if waiting:
                place = client.portal.start_task_soon(_wait_at, gate)
                wait_for(lambda: gate.waiting == 1)
            found = measured(client)
        assert (found[("pacta_gate_in_progress", ())], found[("pacta_gate_waiting", ())]) == (1, waiting)
        if waiting:
            place.result(timeout=30)


async def _wait_at(gate: Gate) -> None:
    async with gate.admitted():
        pass


def test_two_applications_do_not_count_together(tmp_path: Path) -> None:
    with TestClient(make_app(tmp_path / "a")) as first, TestClient(make_app(tmp_path / "b")) as second:
        first.post("/v1/chat", json={"question": "Article 1?"})
        assert not [name for name, _ in measured(second) if name == "pacta_answers_total"]
