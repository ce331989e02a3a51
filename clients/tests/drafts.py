"""A file's way through the back office, as a browser takes it: uploaded, previewed, confirmed."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.tests.backoffice import add_url
from clients.models import Import

STEPS = ("draft_page", "confirm", "discard", "rejected")
FILE = "Company,E-mail,Fax\nAcme,billing@acme.com,1\nNew,new@example.com,2\nBad,bad,3\n"


def upload(browser, account, content=FILE, name="clients.csv", **fields):
    """The page that follows; the preview, if the file is taken."""
    data = content.encode() if isinstance(content, str) else content
    sent = {"account": account.pk, "kind": "clients", "on_duplicate": "error", "encoding": "", **fields}
    return browser.post(add_url(Import), {**sent, "file": SimpleUploadedFile(name, data)}, follow=True)


def sent(page, **changes):
    """What the form of a preview would send, were nothing changed on it but this."""
    return {**{bound.html_name: bound.value() or "" for bound in page.context["form"]}, **changes}


def preview_again(browser, page, **changes):
    return browser.post(page.context["urls"]["draft_page"], sent(page, **changes), follow=True)


def confirm(browser, page, **changes):
    """The page that follows; what came of it, if it was imported."""
    return browser.post(page.context["urls"]["confirm"], sent(page, **changes), follow=True)


def counts(page):
    """The figures on the page of a preview or a result: created, updated, skipped, refused."""
    assert page.status_code == 200
    return tuple(int(figure.value.replace(",", "")) for figure in page.context["figures"])


def problem(page):
    """What the page of a preview says is wrong: about what, and how."""
    assert page.status_code == 200
    found = page.context["problem"]
    return found["about"], found["text"]


def taken(page):
    """Which column is taken for which field."""
    return {bound.label: bound.value() or None for bound in page.context["form"].columns}


def made_import(account, **fields):
    """The record of an import that never was."""
    now = timezone.now()
    counts = {"created": 1, "updated": 0, "skipped": 0, "refused": 0}
    how = {"kind": "clients", "source": "api", "on_duplicate": "error", "atomic": False}
    return Import.objects.create(account=account, started_at=now, finished_at=now, **{**counts, **how, **fields})
