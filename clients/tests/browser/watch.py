"""What tests of pages never let pass."""

from urllib.parse import urlsplit


class Watch:
    """What goes wrong on the pages of a browser's context; a page that is answered with an error is none of it."""

    def __init__(self, context, url):
        self.host = urlsplit(url).netloc
        self.troubles = []
        self.visited = set()
        context.route(lambda url: not self.is_ours(url), self._stop)
        context.on("response", self._note)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))

    def is_ours(self, url):
        parts = urlsplit(url)
        return parts.scheme in ("data", "blob", "about") or parts.netloc == self.host

    def _stop(self, route):
        self.troubles.append(f"Asked another host: {route.request.url}")
        route.abort()

    def _note(self, response):
        if response.request.is_navigation_request():
            self.visited.add(response.url)

    def _listen(self, message):
        answered = message.location["url"] in self.visited and "the server responded with a status" in message.text
        if message.type == "error" and not answered:
            self.troubles.append(f"{message.text} ({message.location['url']})")
