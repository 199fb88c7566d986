"""python -m emulator"""

import os
import sys
import time
from unittest.mock import MagicMock

os.environ["TZ"] = "UTC"
time.tzset()

# moto imports it for API Gateway, which nothing here uses: it would bring twenty packages.
for part in ("", ".validation", ".validation.exceptions"):
    sys.modules[f"openapi_spec_validator{part}"] = MagicMock()

from .server import main  # noqa: E402  (moto reads the zone when it is imported)

main()
