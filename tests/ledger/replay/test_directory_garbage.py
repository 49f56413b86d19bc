"""A directory full of garbage: never a crash, and no good line lost."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.replay.directory import Directory
from ledger.replay.errors import ReplayError
from ledger.replay.facts import BatchFact, IssueFact, Plan
from ledger.replay.limits import broken_rules

SHOP = Path(__file__).parents[2] / "data" / "shop"
FILES = tuple(sorted(path.name for path in SHOP.glob("*.csv")))
PIECES = (
    *(b"merchant", b"batch", b"coupon", b"anna", b"tea", b"c1", b"eva", b"12.50", b"-1", b"1e9", b"99" * 40),
    *(b",", b",", b",", b"\n", b"\n", b"\r", b'"', b";", b" ", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae"),
    *(b"2026-03-05", b"2026-02-30", b"2026-03-05T25:00:00Z"),
    *(b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59"),
)
GARBAGE = st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join))
GARBAGE_LINE = GARBAGE.map(lambda content: content.replace(b"\n", b""))
ISSUES_HEADER = b"coupon,batch,merchant,consumer,issued_at"


def _plan(files: dict[str, bytes]) -> Plan:
    """The plan of the shop with some files replaced."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(SHOP, folder, dirs_exist_ok=True)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        return Directory(folder).plan()


def _header(file: str) -> bytes:
    return (SHOP / file).read_bytes().splitlines(keepends=True)[0]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(FILES), st.tuples(st.booleans(), GARBAGE)))
def test_garbage_gives_a_plan_or_a_named_error(garbage: dict[str, tuple[bool, bytes]]) -> None:
    files = {file: (_header(file) if headed else b"") + content for file, (headed, content) in garbage.items()}
    try:
        plan = _plan(files)
    except ReplayError:
        return
    assert all(not broken_rules(fact.terms, fact.size) for fact in plan.facts if isinstance(fact, BatchFact))


@settings(max_examples=150, deadline=None)
@given(
    good=st.lists(st.integers(min_value=0, max_value=999), unique=True, min_size=1, max_size=6),
    bad=st.lists(st.tuples(st.integers(min_value=0, max_value=6), GARBAGE_LINE), max_size=8),
)
def test_good_lines_survive_bad_neighbours(good: list[int], bad: list[tuple[int, bytes]]) -> None:
    lines = [f"good-{number},spring,cafe-anna,eva,2026-03-10".encode() for number in good]
    for place, content in bad:
        lines.insert(place, content)
    before = _plan({"issues.csv": ISSUES_HEADER, "redemptions.csv": _header("redemptions.csv")})
    plan = _plan({"issues.csv": b"\n".join([ISSUES_HEADER, *lines]), "redemptions.csv": _header("redemptions.csv")})
    issued = [fact.coupon_key for fact in plan.facts if isinstance(fact, IssueFact)]
    assert [key for key in issued if key.startswith("good-")] == [f"good-{number}" for number in good]
    blank = sum(not line.strip() for line in lines)
    assert len(issued) + (plan.counts.refused - before.counts.refused) + blank == len(lines)
