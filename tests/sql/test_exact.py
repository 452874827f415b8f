"""Both databases write a number of the machine as the same text, by different arithmetic."""

import random
import struct

import pytest

from tests.sql.worlds import ROOT, World

EDGES = (0.0, -0.0, 1.0, -1.5, 5e-324, -5e-324, 2.2250738585072014e-308, 2.2250738585072009e-308,
         1.7976931348623157e308, 0.1, 1 / 3)  # fmt: skip
POWERS = tuple(2.0**power for power in range(-1074, 1024, 5))


@pytest.fixture
def both(world: World) -> World:
    """PostgreSQL's function, and Redshift's as etl.theirs."""
    world.deploy()
    text = (ROOT / "sql/redshift/procedures/exact.sql").read_text()
    for function in text.replace("etl.exact(", "etl.theirs(").split("language sql;")[:-1]:
        world.run(f"{function} language sql;")
    return world


def test_a_number_is_written_alike_in_both_databases(both: World):
    chosen = random.Random(5)
    bits = (struct.pack("Q", chosen.getrandbits(64)) for _ in range(5000))
    numbers = [each[0] for each in map(struct.Struct("d").unpack, bits) if abs(each[0]) < 1e309]
    texts = [repr(number) for number in (*EDGES, *POWERS, *numbers)]
    told = both.run(
        "select x, etl.exact(x), etl.theirs(x) from unnest(%s::text[]::float8[]) as x "
        "where etl.exact(x) is distinct from etl.theirs(x)",
        texts,
    )
    assert told == []


def test_numbers_that_differ_in_the_last_bit_are_written_differently(both: World):
    told = both.run("select etl.exact(0.1), etl.exact(0.1::float8 + 1.4e-17)")
    assert told == [("7205759403792794e-4", "7205759403792795e-4")]
