"""No query holds the server up: each is cut at a bound, its worker replaced, and others are served meanwhile."""

import threading
import time

import pytest

from .runaways import RUNAWAYS

pytestmark = pytest.mark.gone_on  # each takes a second or more

SECONDS = 1.0
PREFIXES = "PREFIX ex: <http://example.org/id/>\n"


def test_there_are_enough_of_them():
    assert len(RUNAWAYS) >= 30


@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_run_away_query_is_cut_and_the_server_answers_on(name, bounded):
    began = time.monotonic()
    reply = bounded.query(PREFIXES + RUNAWAYS[name])
    took = time.monotonic() - began
    assert reply.status == 503, reply.body[:500]
    assert reply.type == "application/problem+json"
    assert int(reply.headers["retry-after"]) >= 1
    assert b'"bound"' in reply.body
    assert took < SECONDS + 1
    began = time.monotonic()
    assert bounded.query(f"SELECT ({began} AS ?fresh) {{}}").status == 200
    assert time.monotonic() - began < 1  # a spare is ready; the figure for a quiet machine is in docs/endpoint.md


def test_the_memory_of_the_whole_server_is_bounded(bounded):
    greedy = [
        "product, ordered",
        "product, distinct",
        "product of values, ordered",
        "doubling of a text",
        "product, concatenated",
    ]
    threads = [
        threading.Thread(target=bounded.query, args=(f"{PREFIXES}{RUNAWAYS[name]} # {n}",))
        for n, name in enumerate(greedy * 2)
    ]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        most = max(most, bounded.memory())
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    # Two workers in each lane with 256 MB each, and what the front and idle processes hold.
    assert most < 4 * (256 << 20) + (600 << 20)


def test_no_worker_is_left_running_and_none_is_missing(bounded):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        running = [bounded.metric(f'ckg_queries_running{{lane="{lane}"}}') for lane in ("fast", "slow")]
        if running == [0, 0] and 3 <= bounded.metric("ckg_workers") <= 5:
            break
        time.sleep(0.1)
    assert running == [0, 0]
    # Workers that were given low priority may be kept for the slow lane, beside the three that are always ready.
    assert 3 <= bounded.metric("ckg_workers") <= 5
    assert bounded.get("/readyz").status == 200
