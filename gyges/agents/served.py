"""A policy served over HTTP, in any language: an observation goes out as JSON, a decision comes back.

    POST http://host:port/path   the `Observation`, field by field
    200                          {"option": 3} or {"missing": "refused"}; if wanted "words", "note", "memory",
                                 "promises" (`Promise` records), "report" (figures by entry of the ledger)

`memory` is any JSON; it comes back as the next observation's `memory`, so that the server keeps nothing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec import Meta

from gyges.agents.llm.clean import cleaned
from gyges.agents.policy import Decision, Exchange, Missing, Observation, Promise
from gyges.world.acts import ACT_INDEX
from gyges.world.settlement import TOLD_AT_MOST

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

LONGEST_REPLY = 1 << 20
"""Bytes; a longer reply is no decision."""
LONGEST_SHOWN = 2000
"""Characters kept of a reply that is no decision."""
BUSY = frozenset({408, 429})
"""Refusals of the moment, beside every 5xx."""


class BadAddress(ValueError):
    """An address that no policy can be asked at, or at which nothing of the kind is served."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands behind the address, as in `http://host:port/path#timeout=5&instructed=1`."""

    timeout: Annotated[float, Meta(gt=0)] = 60.0
    """Seconds that one decision may take."""
    instructed: bool = False
    """Whether the server acts on `observation.arm`; if not, its findings are marked uncorrected."""


class Reply(msgspec.Struct, frozen=True):
    """A server's reply; other fields are ignored."""

    option: int | None = None
    """Index into `observation.options`."""
    missing: Missing | None = None
    words: str | None = None
    promises: list[Any] = []
    """As `agents.policy.Promise`; what is none is dropped, and logged as such."""
    report: dict[str, Any] = {}
    """Figures by entry of the ledger, likewise."""
    note: str | None = None
    memory: Any = None
    """JSON; what a log cannot hold of it becomes None (`llm.clean.cleaned`)."""


class Served:
    """A policy behind an address, asked once for each decision.

    What goes wrong is a missing decision: no connection, no reply in time, 408, 429 or 5xx as
    `timeout`, a reply that is no decision as `unparsable`, an index that is not on the menu as
    `illegal`. An address that never answered, and any other status, end the run.

    Args:
        name: the address, with `Settings` behind a `#`.

    Raises:
        BadAddress: the address or a setting cannot be used.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.url, _, fragment = name.partition("#")
        try:
            parts = urlsplit(self.url)
            usable = bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            usable = False
        if not usable:
            raise BadAddress(f"'{name}' is no address; write http://host:port/path")
        if parts.username or parts.password:
            raise BadAddress("leave user and password out of a policy's address: logs hold its name")
        try:
            given = dict(parse_qsl(fragment, keep_blank_values=True))
            self.settings = msgspec.convert(given, Settings, strict=False)
        except msgspec.ValidationError as error:
            known = ", ".join(Settings.__struct_fields__)
            raise BadAddress(f"settings of '{name}': {error}; there are: {known}") from None
        self._session: ClientSession | None = None
        self._answered = False

    @property
    def arm_blind(self) -> bool:
        """Whether the server leaves the arm unread."""
        return not self.settings.instructed

    async def act(self, observation: Observation) -> Decision:
        """Ask for one decision.

        Raises:
            BadAddress: the address has never answered, or the server says that there is no such policy.
        """
        started = time.perf_counter()
        log, reply = await self._ask(msgspec.json.encode(observation))
        promises, report, dropped = said(reply, len(observation.people))
        log |= {"dropped": dropped} if dropped else {}
        exchange = Exchange([log], {"calls": 1}, time.perf_counter() - started)
        return Decision(
            option=reply.option,
            missing=reply.missing,
            words=reply.words,
            promises=promises,
            report=report or None,
            note=reply.note,
            exchange=exchange,
            memory=cleaned(reply.memory, ""),
        )

    async def aclose(self) -> None:
        """Close the connections; a later `act` opens them again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _ask(self, observation: bytes) -> tuple[dict[str, Any], Reply]:
        """What came of one request, as it is logged and as it is understood."""
        from aiohttp import ClientError

        kind = {"Content-Type": "application/json"}
        try:
            async with self._connected().post(
                self.url, data=observation, headers=kind, allow_redirects=False
            ) as response:
                self._answered = True
                return await self._read(response)
        except TimeoutError:
            return {"error": f"no reply within {self.settings.timeout:g} s"}, Reply(missing="timeout")
        except ClientError as error:
            if not self._answered:
                raise BadAddress(f"nothing answers at {self.url}; start the server ({error})") from None
            return {"error": f"{type(error).__name__}: {error}"}, Reply(missing="timeout")

    async def _read(self, response: ClientResponse) -> tuple[dict[str, Any], Reply]:
        if response.status in BUSY or response.status >= 500:
            return {"status": response.status}, Reply(missing="timeout")
        if response.status != 200:
            raise BadAddress(f"{self.url} answered {response.status}; check path and method (POST)")
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > LONGEST_REPLY:
                break
        try:
            reply = msgspec.json.decode(bytes(body[: LONGEST_REPLY + 1]), type=Reply)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _unparsable(body)
        if (reply.option is None) == (reply.missing is None) or len(body) > LONGEST_REPLY:
            return _unparsable(body)
        return {"status": 200}, reply

    def _connected(self) -> ClientSession:
        from aiohttp import ClientSession, ClientTimeout, TCPConnector

        if self._session is None:
            # How many decisions are under way at once is the sweep's to say, not the connector's.
            self._session = ClientSession(
                timeout=ClientTimeout(total=self.settings.timeout), connector=TCPConnector(limit=0)
            )
        return self._session


def said(reply: Reply, people: int) -> tuple[tuple[Promise, ...], dict[str, int], list[Any]]:
    """What a reply promises and reports that the books can check, and what is dropped of it."""
    promises: list[Promise] = []
    report: dict[str, int] = {}
    dropped: list[Any] = []
    for each in reply.promises:
        try:
            promise = msgspec.convert(each, Promise)
        except msgspec.ValidationError:
            dropped.append(each)
            continue
        known = promise.to < people and promise.act in ("", *ACT_INDEX)
        (promises if known else dropped).append(promise if known else each)
    for entry, figure in reply.report.items():
        if type(figure) is int and 0 <= figure <= TOLD_AT_MOST.get(entry, -1):
            report[entry] = figure
        else:
            dropped.append({entry: figure})
    return tuple(promises), report, dropped


def _unparsable(body: bytearray) -> tuple[dict[str, Any], Reply]:
    shown = bytes(body[: 4 * LONGEST_SHOWN]).decode("utf-8", "replace")[:LONGEST_SHOWN]
    return {"status": 200, "unparsable": shown}, Reply(missing="unparsable")
