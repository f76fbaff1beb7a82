"""Conversations that nothing was asked in for long are forgotten, where the service is set to do so."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.concurrency import run_in_threadpool

from service.errors import StoreUnusable
from service.store import Store

log = logging.getLogger(__name__)

PAUSE_SECONDS = 3600.0


@asynccontextmanager
async def forgetting(store: Store, days: int | None) -> AsyncIterator[None]:
    """Within the block, conversations older than ``days`` are forgotten, at once and then every hour."""
    if days is None:
        yield
        return
    stop = asyncio.Event()
    task = asyncio.create_task(_forget_hourly(store, days, stop))
    try:
        yield
    finally:
        # Not cancelled: the store is closed next, and a thread that is at it would go on.
        stop.set()
        await task


async def _forget_hourly(store: Store, days: int, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            forgotten = await run_in_threadpool(store.prune, days)
        except StoreUnusable as error:
            log.error("Old conversations are not forgotten yet: %s", error)
        else:
            if forgotten:
                log.info("Conversations forgotten after %d days: %d.", days, forgotten)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
