"""What differs from Superset's own settings. Superset imports this by name, in its own Python."""

import os
from pathlib import Path

HOME = Path(os.environ["STAGECOACH_DASHBOARD_HOME"])

SECRET_KEY = (HOME / "secret_key").read_text().strip()  # encrypts the passwords of databases
GUEST_TOKEN_JWT_SECRET = GLOBAL_ASYNC_QUERIES_JWT_SECRET = SECRET_KEY
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'superset.db'}"
DATA_DIR = str(HOME)

# A load may end at any moment: what a chart shows is what the table holds.
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
ENABLE_UI_THEME_ADMINISTRATION = False
THEME_DARK = None  # everybody sees what the test and the screenshot see

# As Superset's own, but without the hosts: a page here asks nothing of the internet.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,  # it listens on loopback only
    "session_cookie_secure": False,
}
