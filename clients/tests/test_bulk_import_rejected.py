"""`rejected_csv` in the answer to an upload: the refused rows, to be mended and sent again."""

from clients.tests.imports import emails_of, send, upload

FILE = """\
Company;E-mail;Fax
A;a@example.com;1
;nameless@example.com;"two
lines"
A again;A@example.com;2
too;few
"""


def test_it_has_the_rows_as_they_came_and_why(alice):
    report = upload(alice, FILE).json()

    assert report["rejected_csv"].splitlines(keepends=True) == [
        "Company,E-mail,Fax,reason\r\n",
        ',nameless@example.com,"two\n',
        'lines",Validation error: name: Must not be empty.\r\n',
        "A again,A@example.com,2,Duplicate client: a client with this email already exists\r\n",
        'too,few,"Validation error: Must have as many cells as the header, 3, not 2."\r\n',
    ]


def test_mended_and_sent_again_it_lands(alice):
    rejected = upload(alice, FILE).json()["rejected_csv"]

    mended = rejected.replace("\n,nameless", "\nNamed,nameless").replace("too,few", "Enough,e@example.com,")
    report = upload(alice, mended.replace("A@example.com", "b@example.com")).json()

    assert (report["created"], report["error_count"]) == (3, 0)
    assert emails_of(alice) == ["a@example.com", "b@example.com", "e@example.com", "nameless@example.com"]


def test_without_refused_rows_there_is_none(alice):
    assert "rejected_csv" not in upload(alice, "name,email\nA,a@example.com\n").json()


def test_a_list_has_none(alice):
    assert "rejected_csv" not in send(alice, [{"name": "A"}]).json()
