"""What a WSGI server serves: `gunicorn duespark.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duespark.settings")

application = get_wsgi_application()
