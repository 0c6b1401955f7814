"""LiteLLM with its generic API logger."""

import asyncio
import time

import litellm
from litellm.integrations.generic_api.generic_api_callback import GenericAPILogger
from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER
from litellm_conversation import talk_asynchronously


async def talk() -> None:
    logger = GenericAPILogger()
    litellm.callbacks = [logger]
    await talk_asynchronously()
    await GLOBAL_LOGGING_WORKER.flush()
    await asyncio.sleep(1)
    await logger.flush_queue()


asyncio.run(talk())
time.sleep(1)
