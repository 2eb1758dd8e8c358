"""The lanes: long queries of however many clients leave room for short ones, and everybody gets a turn."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ckg.errors import EndpointBusy
from ckg.query.scheduler.lanes import Lane, Lanes

LATER = 5.0


@pytest.fixture
def threads():
    with ThreadPoolExecutor(16) as made:
        yield made


def soon() -> float:
    return time.monotonic() + LATER


def enter(lanes, client, seconds=LATER):
    return lanes.enter(client, time.monotonic() + seconds)


def waits(lanes, count):
    """Wait until so many are in the queue."""
    deadline = time.monotonic() + LATER
    while lanes.waiting != count and time.monotonic() < deadline:
        time.sleep(0.001)
    return lanes.waiting == count


def fill_slow(lanes, *clients):
    tickets = [enter(lanes, client) for client in clients]
    assert all(lanes.demote(ticket) for ticket in tickets)
    return tickets


def test_a_long_query_that_finds_the_slow_lane_full_gives_up_its_place_and_gets_the_next_slow_one(threads):
    lanes = Lanes(2, 8)
    slow = fill_slow(lanes, "a", "b")
    third = enter(lanes, "c")
    assert not lanes.demote(third)
    requeue = threads.submit(lanes.requeue, third, soon())
    assert waits(lanes, 1)
    assert lanes.running == (0, 2)
    lanes.leave(slow[0])
    requeue.result(LATER)
    assert (third.lane, lanes.running, lanes.waiting) == (Lane.SLOW, (0, 2), 0)


def test_who_was_set_back_too_long_ago_is_told_to_come_back_and_holds_no_place():
    lanes = Lanes(1, 8)
    fill_slow(lanes, "a")
    ticket = enter(lanes, "b")
    with pytest.raises(EndpointBusy):
        lanes.requeue(ticket, time.monotonic() + 0.01)
    lanes.leave(ticket)
    assert (lanes.running, lanes.waiting) == ((0, 1), 0)


def test_those_who_were_set_back_fill_half_of_the_queue_and_no_more(threads):
    lanes = Lanes(2, 4)
    fill_slow(lanes, "a", "b")
    waiting: list[Future[None]] = []
    for count, client in enumerate("cd", 1):
        waiting.append(threads.submit(lanes.requeue, enter(lanes, client), time.monotonic() + 1))
        assert waits(lanes, count)
    with pytest.raises(EndpointBusy, match="the queue is full"):
        lanes.requeue(enter(lanes, "e"), soon())
    assert lanes.running == (0, 2)
    assert enter(lanes, "f").lane is Lane.FAST
    assert all(isinstance(future.exception(), EndpointBusy) for future in waiting)


def test_a_client_with_as_many_long_queries_as_the_slow_lane_is_wide_begins_no_other():
    lanes = Lanes(2, 8)
    fill_slow(lanes, "a", "a")
    with pytest.raises(EndpointBusy):
        enter(lanes, "a", 0.01)
    assert enter(lanes, "b").lane is Lane.FAST


def test_clients_whose_last_query_was_long_share_one_place_beside_the_fast_lane():
    lanes = Lanes(2, 8)
    for ticket in fill_slow(lanes, "a", "b"):
        lanes.leave(ticket)
    first = enter(lanes, "a")
    assert first.low_priority
    with pytest.raises(EndpointBusy):
        enter(lanes, "b", 0.01)
    others = [enter(lanes, client) for client in "cd"]
    assert not any(ticket.low_priority for ticket in others)
    with pytest.raises(EndpointBusy):
        enter(lanes, "e", 0.01)
    for ticket in (*others, first):
        lanes.leave(ticket)  # it was quick this time
    again = [enter(lanes, client) for client in "ab"]
    assert [(ticket.lane, ticket.low_priority) for ticket in again] == [(Lane.FAST, False), (Lane.FAST, True)]
    assert lanes.running == (2, 0)


def test_a_place_is_given_back_as_what_it_was_taken_for():
    lanes = Lanes(1, 8)
    first, second = fill_slow(lanes, "a")[0], enter(lanes, "a2")
    lanes.leave(first)
    penalised = enter(lanes, "a")
    assert (penalised.low_priority, lanes.running) == (True, (2, 0))
    assert lanes.demote(penalised)
    assert lanes.running == (1, 1)
    lanes.leave(second)
    lanes.leave(penalised)
    assert lanes.running == (0, 0)
    assert not enter(lanes, "b").low_priority


def test_those_who_wait_take_turns_client_by_client(threads):
    lanes = Lanes(1, 8)
    running = enter(lanes, "x")
    order: list[str] = []

    def one(name):
        ticket = enter(lanes, name[0])
        order.append(name)
        lanes.leave(ticket)

    futures = []
    for count, name in enumerate(("a1", "a2", "a3", "b1", "c1"), 1):
        futures.append(threads.submit(one, name))
        assert waits(lanes, count)
    lanes.leave(running)
    for future in futures:
        future.result(LATER)
    assert order == ["a1", "b1", "c1", "a2", "a3"]


def test_where_the_queue_is_full_the_client_with_the_most_in_it_loses_its_latest(threads):
    lanes = Lanes(1, 3)
    enter(lanes, "x")
    greedy = []
    for count in (1, 2, 3):
        greedy.append(threads.submit(enter, lanes, "a", 1))
        assert waits(lanes, count)
    modest = threads.submit(enter, lanes, "b", 1)
    assert isinstance(greedy[2].exception(0.9), EndpointBusy)
    assert not modest.done()
    with pytest.raises(EndpointBusy, match="the queue is full"):
        enter(lanes, "a", 1)
