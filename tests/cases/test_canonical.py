from __future__ import annotations

import pytest

from cases import canonical


def test_encoding_is_sorted_and_dense():
    assert canonical.encode({"b": [1, None], "a": "评"}) == '{"a":"评","b":[1,null]}'.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[" * 5000,
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b"NaN",
        b"[Infinity]",
        b"[1e400]",
        b'"\\u8bc4"',
        b"\xff",
        b"1 ",
    ],
)
def test_anything_not_canonical_is_refused(data):
    with pytest.raises(ValueError):
        canonical.decode(data)
