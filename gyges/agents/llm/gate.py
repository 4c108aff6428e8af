"""How many requests one provider is sent at once: additive increase, multiplicative decrease."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

SLOW_DOWN = frozenset({429, 529})
"""Statuses by which a provider says that it is sent too much."""


@dataclass(slots=True)
class Gate:
    """Requests wait here for their turn, in the order they came.

    The limit starts at `most`. An answer raises it by 1/limit, so by one for a round of
    answers; a complaint halves it, once for all requests that were under way at that moment,
    because one burst brings one complaint from each (Chiu and Jain, 1989).
    """

    most: int
    """Requests at once, at most."""
    limit: float = field(default=0.0)
    """Requests at once, as things stand, 1..most."""
    under_way: int = 0
    _sent: int = 0
    _forgiven: int = 0
    """Requests numbered below this were under way when the limit was last halved."""
    _opens: float = 0.0
    _waiting: deque[asyncio.Future[None]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.limit = self.limit or float(self.most)

    async def enter(self) -> int:
        """Wait for a turn; gives the request's number, for `leave`."""
        if self._waiting or self.under_way >= int(self.limit):
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if not turn.cancelled():
                    self._go()  # the place was given already
                raise
        else:
            self.under_way += 1
        while (wait := self._opens - asyncio.get_running_loop().time()) > 0:
            try:
                await asyncio.sleep(wait)
            except asyncio.CancelledError:
                self._go()
                raise
        self._sent += 1
        return self._sent

    def leave(self, number: int, status: int | None, rest: float = 0.0) -> None:
        """Say what came of a request.

        Args:
            number: as `enter` gave it.
            status: the answer's HTTP status; None where none came, which tells nothing.
            rest: seconds the provider asks to be left alone by everybody.
        """
        if status in SLOW_DOWN:
            if number > self._forgiven:
                self.limit = max(1.0, self.limit / 2)
                self._forgiven = self._sent
            self._opens = max(self._opens, asyncio.get_running_loop().time() + rest)
        elif status is not None and status < 500:
            self.limit = min(float(self.most), self.limit + 1 / self.limit)
        self._go()

    def _go(self) -> None:
        self.under_way -= 1
        self._call()

    def _call(self) -> None:
        """Give free places to those who wait."""
        while self._waiting and self.under_way < int(self.limit):
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self.under_way += 1
