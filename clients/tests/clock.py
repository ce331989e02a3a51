from datetime import datetime


def stop_clock(monkeypatch, now):
    """Stops the product's clock at a time such as "2024-03-15T12:00:00+00:00". Tokens keep their own."""
    monkeypatch.setattr("duespark.clock.timezone.now", lambda: datetime.fromisoformat(now))
