"""python -m emulator"""

import os
import time

os.environ["TZ"] = "UTC"
time.tzset()

from .server import main  # noqa: E402  (moto reads the zone when it is imported)

main()
