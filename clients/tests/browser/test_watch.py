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


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ('<img src="/nope.png">', "404"),
        ('<img src="https://example.com/x.png">', "Loading the image 'https://example.com/x.png' violates"),
        ("<script>alert(1)</script>", "Executing inline script violates"),
        ('<p style="color: red">red</p>', "Applying inline style violates"),
    ],
)
def test_what_is_wrong_on_a_page_is_noticed(watched, content, trouble):
    page, troubles = watched
    page.goto("/")
    page.set_content(content)
    page.wait_for_load_state("networkidle")
    assert [one for one in troubles if trouble in one]


def test_another_host_is_not_asked(watched):
    page, troubles = watched
    with pytest.raises(Error):
        page.goto("http://example.com/")
    assert troubles == ["Asked another host: http://example.com/"]


def test_a_page_that_is_refused_is_no_trouble(watched):
    page, troubles = watched
    assert page.goto("/auth/nothing").status == 404
    assert troubles == []
