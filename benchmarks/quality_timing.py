"""Seconds and peak memory of one call in this process, printed as JSON; for any Python."""

import json
import resource
import time
from collections.abc import Callable
from typing import Any


def timed(call: Callable[[], dict[str, Any]]) -> None:
    """Run it once and print what it cost."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    print(
        json.dumps(
            {
                "cpu_seconds": round(time.process_time() - cpu, 3),
                "wall_seconds": round(time.perf_counter() - wall, 3),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "result": result,
            }
        )
    )
