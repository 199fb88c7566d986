"""TensorFlow Serving's metrics of requests: two distributions of wall time in microseconds, here without buckets. Only answered
requests count.
"""

import contextlib
import threading
import time

import served_model

REQUEST = ":tensorflow:serving:request_latency"
RUNTIME = ":tensorflow:serving:runtime_latency"
# The label of the API differs by entry point.
APIS = {"REST": "predict", "GRPC": "Predict"}

_lock = threading.Lock()
_sums = {}


def _add(key, microseconds):
    with _lock:
        count, total = _sums.get(key, (0, 0.0))
        _sums[key] = (count + 1, total + microseconds)


@contextlib.contextmanager
def _timed(key):
    start = time.perf_counter()
    yield
    _add(key, (time.perf_counter() - start) * 1e6)


def request(entrypoint):
    return _timed((REQUEST, APIS[entrypoint], f'entrypoint="{entrypoint}"'))


def runtime():
    return _timed((RUNTIME, "Predict", 'runtime="TF1"'))


def page():
    with _lock:
        sums = sorted(_sums.items())
    lines = []
    for metric in (REQUEST, RUNTIME):
        lines.append(f"# TYPE {metric} histogram")
        for (name, api, label), (count, total) in sums:
            labels = f'{{model_name="{served_model.NAME}",API="{api}",{label}}}'
            if name == metric:
                lines += [f"{metric}_sum{labels} {total}", f"{metric}_count{labels} {count}"]
    return "\n".join([*lines, ""])
