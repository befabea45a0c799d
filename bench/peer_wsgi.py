"""The portal with a stock Django admin change list on the same rows beside our page."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
settings.ROOT_URLCONF = "bench.peer_urls"
application = get_wsgi_application()
