"""Calls the engine of served_model.py from several threads and prints the largest number of simultaneous computations."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import served_model

THREADS = 4
CALLS = 8


class CountingSession:
    """Wraps the engine's session and counts simultaneous calls."""

    def __init__(self, session):
        self.session = session
        self.lock = threading.Lock()
        self.inside = self.most = 0

    def run(self, *arguments):
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        try:
            # Gives the other threads time to call, however fast the machine computes.
            time.sleep(0.1)
            return self.session.run(*arguments)
        finally:
            with self.lock:
                self.inside -= 1


engine = served_model.open_engine()
engine.session = counting = CountingSession(engine.session)
tensor = np.zeros(served_model.SHAPE, np.float32)
with ThreadPoolExecutor(THREADS) as pool:
    answers = list(pool.map(lambda _: engine.run(tensor), range(CALLS)))
sys.exit("the answers differ") if any((one != answers[0]).any() for one in answers) else print(counting.most)
