"""python -m emulator"""

import os
import time

os.environ["TZ"] = "UTC"
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
time.tzset()

from .server import main  # noqa: E402  (moto reads these when it is imported)

main()
