"""That the tests in Chromium would notice."""

import pytest
from playwright.sync_api import Error

from clients.tests.browser.watch import Watch

pytestmark = pytest.mark.xdist_group("browser")  # which has one Chromium


@pytest.fixture
def watched(chromium, live_server):
    context = chromium.new_context(base_url=live_server.url)
    yield context.new_page(), Watch(context, live_server.url).troubles
    context.close()


WRONG = """
    <img src="/nope.png">
    <img src="https://example.com/x.png">
    <script>alert(1)</script>
    <p style="color: red">red</p>
"""


def test_what_is_wrong_on_a_page_is_noticed(watched):
    page, troubles = watched
    page.goto("/")
    page.set_content(WRONG)
    page.wait_for_load_state("networkidle")
    for trouble in ("404", "Loading the image", "Executing inline script", "Applying inline style"):
        assert [one for one in troubles if trouble in one]
    assert len(troubles) == 4


def test_another_host_is_not_asked(watched):
    page, troubles = watched
    with pytest.raises(Error):
        page.goto("http://example.com/")
    assert troubles == ["Asked another host: http://example.com/"]


def test_a_page_that_is_refused_is_no_trouble(watched):
    page, troubles = watched
    assert page.goto("/auth/nothing").status == 404
    assert troubles == []
