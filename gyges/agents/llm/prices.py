"""What models cost: a dated table, kept as data, that a user's own rows go before."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

TABLE = Path(__file__).with_name("prices.toml")
MILLION = 1_000_000
SNAPSHOT = re.compile(r"-(\d{8}|\d{4}-\d{2}-\d{2})\Z")
"""What a vendor puts behind a model's name to name one dated snapshot of it."""


class BadPrices(ValueError):
    """A table of prices that cannot be used; the message is one line that says how to mend it."""


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one model costs, in US dollars per million tokens.

    >>> Price(input=2.0, output=10.0).cost({"input": 1_000_000, "output": 100_000})
    3.0
    """

    input: float
    output: float
    cache_read: float | None = None
    """Input that the vendor had kept; None for what `input` costs."""
    cache_write: float | None = None
    """Input that the vendor keeps from then on; None for what `input` costs."""
    batch: float | None = None
    """Share of all these that a request costs in a batch; None for what the vendor's row says, or for all."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if value is not None and not 0 <= value < float("inf"):
                raise ValueError(f"'{name}' takes a number from 0 up, not {value}")

    def cost(self, usage: Mapping[str, int]) -> float:
        """Dollars for the tokens of an `Exchange.usage`; all went in batches if it counts any `batched`."""
        share = 1.0 if self.batch is None or not usage.get("batched") else self.batch
        read, write = usage.get("cache_read", 0), usage.get("cache_write", 0)
        whole = (
            (usage.get("input", 0) - read - write) * self.input
            + read * (self.input if self.cache_read is None else self.cache_read)
            + write * (self.input if self.cache_write is None else self.cache_write)
            + usage.get("output", 0) * self.output
        ) / MILLION
        return whole * share


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of prices."""

    dated: str
    """When they were looked up."""
    models: dict[str, Price] = {}
    """By `VENDOR/MODEL`."""
    batch: dict[str, float] = {}
    """By vendor, the share of these prices that its models' requests cost in a batch."""

    def of(self, policy: str) -> Price | None:
        """The price of the model that a policy's name names, or None if the table does not know it."""
        model = policy.partition("?")[0].replace("openai-base/", "openai/", 1)
        price = self.models.get(model) or self.models.get(SNAPSHOT.sub("", model))
        if price is None or price.batch is not None:
            return price
        return msgspec.structs.replace(price, batch=self.batch.get(model.partition("/")[0]))

    def only(self, policies: Iterable[str]) -> Prices:
        """The rows that some policies need, each under the model's full name."""
        found = {policy.partition("?")[0]: self.of(policy) for policy in policies}
        return Prices(self.dated, {name: price for name, price in found.items() if price is not None})


def read_prices(path: Path) -> Prices:
    """The table in a TOML file.

    Raises:
        BadPrices: the file cannot be read, or is no such table.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Prices)
    except OSError as error:
        raise BadPrices(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, msgspec.ValidationError) as error:
        why = str(error).splitlines()[0]
        row = '"openai/MODEL" = { input = 1.0, output = 2.0 }'
        raise BadPrices(f"{path}: {why}; a row reads {row}") from None


def prices(own: Path | None = None) -> Prices:
    """The table that comes with the package, with the rows of a user's own file before it.

    Raises:
        BadPrices: as `read_prices`.
    """
    table = read_prices(TABLE)
    if own is None:
        return table
    first = read_prices(own)
    return Prices(first.dated, {**table.models, **first.models}, {**table.batch, **first.batch})


def write_prices(table: Prices, path: Path) -> None:
    """Write a table as TOML."""
    import tomli_w

    path.write_text(tomli_w.dumps(msgspec.to_builtins(table)), encoding="utf-8")
