from __future__ import annotations

import threading

import pytest

from cases.ballot_box.writer import GroupCommit


def test_items_are_answered_each_with_its_own_result():
    batches = []

    def apply(items):
        batches.append(list(items))
        return [i * 10 for i in items]

    writer = GroupCommit(apply)
    results = {}
    threads = [
        threading.Thread(target=lambda i=i: results.update({i: writer.submit(i)}))
        for i in range(200)
    ]
    [t.start() for t in threads]
    [t.join() for t in threads]
    writer.close()
    assert results == {i: i * 10 for i in range(200)}
    assert sorted(i for batch in batches for i in batch) == list(range(200))


def test_one_bad_item_does_not_harm_its_batch():
    gate, entered = threading.Event(), threading.Event()

    def apply(items):
        entered.set()
        gate.wait(10)
        if "bad" in items:
            raise ValueError("bad")
        return [item.upper() for item in items]

    writer, results = GroupCommit(apply), {}

    def hand_in(item):
        try:
            results[item] = writer.submit(item)
        except ValueError as error:
            results[item] = str(error)

    threads = [
        threading.Thread(target=hand_in, args=(i,)) for i in ("first", "good", "bad", "fine")
    ]
    threads[0].start()
    entered.wait(10)
    [t.start() for t in threads[1:]]
    gate.set()
    [t.join() for t in threads]
    writer.close()
    assert results == {"first": "FIRST", "good": "GOOD", "bad": "bad", "fine": "FINE"}


def test_full_batches_are_shuffled():
    gate, orders = threading.Event(), []

    def apply(items):
        gate.wait(10)
        orders.append(list(items))
        return items

    writer = GroupCommit(apply, most=50)
    threads = [threading.Thread(target=writer.submit, args=(i,)) for i in range(120)]
    [t.start() for t in threads]
    gate.set()
    [t.join() for t in threads]
    writer.close()
    assert max(map(len, orders)) <= 50
    assert any(order != sorted(order) for order in orders)


def test_closed_writer_refuses():
    writer = GroupCommit(lambda items: items)
    assert writer.submit(1) == 1
    writer.close()
    with pytest.raises(RuntimeError):
        writer.submit(2)
