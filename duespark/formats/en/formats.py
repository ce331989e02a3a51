"""How pages write days and times: 31 Jan 2026, 17:05. Times are UTC."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
