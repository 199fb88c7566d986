"""python -m emulator"""

import os
import sys
import time
from unittest.mock import MagicMock

os.environ["TZ"] = "UTC"
time.tzset()

# moto imports this package, which has twenty dependencies, only for API Gateway, which we do not use.
for part in ("", ".validation", ".validation.exceptions"):
    sys.modules[f"openapi_spec_validator{part}"] = MagicMock()

from .server import main  # noqa: E402  (moto reads the time zone when it is imported)

main()
