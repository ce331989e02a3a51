import uuid

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from clients.models import Client
from duespark.ids import TypeIDField, new_uuid, uuid_of

CLIENT = TypeIDField("client")

# The valid vectors of the TypeID specification.
KNOWN = [
    ("00000000-0000-0000-0000-000000000000", "00000000000000000000000000"),
    ("00000000-0000-0000-0000-000000000001", "00000000000000000000000001"),
    ("00000000-0000-0000-0000-00000000000a", "0000000000000000000000000a"),
    ("00000000-0000-0000-0000-000000000020", "00000000000000000000000010"),
    ("ffffffff-ffff-ffff-ffff-ffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"),
    ("0110c853-1d09-52d8-d73e-1194e95b5f19", "0123456789abcdefghjkmnpqrs"),
    ("01890a5d-ac96-774b-bcce-b302099a8057", "01h455vb4pex5vsknk084sn02q"),
]


@pytest.mark.parametrize(("plain", "suffix"), KNOWN)
def test_the_codec_is_the_specifications(plain, suffix):
    assert CLIENT.from_db_value(uuid.UUID(plain)) == f"client_{suffix}"
    assert CLIENT.get_db_prep_value(f"client_{suffix}", None) == uuid.UUID(plain)


@given(st.uuids())
def test_what_is_written_is_read_back(plain):
    typeid = CLIENT.from_db_value(plain)

    assert CLIENT.get_db_prep_value(typeid, None) == plain
    assert uuid_of(typeid) == plain
    assert CLIENT.to_python(plain) == CLIENT.to_python(typeid) == typeid


@given(st.lists(st.uuids(), min_size=2, max_size=5))
def test_ids_sort_as_their_uuids_do(plain):
    assert [CLIENT.from_db_value(one) for one in sorted(plain)] == sorted(map(CLIENT.from_db_value, plain))


MALFORMED = [
    "",
    "client",
    "client_",
    "client_01h455vb4pex5vsknk084sn02",  # a letter short
    "client_01h455vb4pex5vsknk084sn02qq",  # a letter long
    "client_8zzzzzzzzzzzzzzzzzzzzzzzzz",  # 129 bits
    "client_01H455VB4PEX5VSKNK084SN02Q",
    "Client_01h455vb4pex5vsknk084sn02q",
    "client_01h455vb4pex5vsknk084sn02u",  # not of the alphabet
    "client_01h455vb4pex5vsknk084sn0é",
    "client_\uff101h455vb4pex5vsknk084sn02q",  # a zero, but a wide one
    "client_01h455vb4pex5vsknk084sn02q\n",
    " client_01h455vb4pex5vsknk084sn02q",
    "client_01h455vb4pex5vsknk084sn02\x00",
    "client__01h455vb4pex5vsknk084sn02q",
    "invoice_01h455vb4pex5vsknk084sn02q",
    "_01h455vb4pex5vsknk084sn02q",
    "01h455vb4pex5vsknk084sn02q",
    "01890a5d-ac96-774b-bcce-b302099a8057",
    5,
    1.5,
    True,
    b"client_01h455vb4pex5vsknk084sn02q",
    [],
    {},
]


@pytest.mark.parametrize("value", MALFORMED)
def test_what_is_no_id_is_a_validation_error(value):
    for read in (CLIENT.to_python, lambda value: CLIENT.get_db_prep_value(value, None)):
        with pytest.raises(ValidationError):
            read(value)


@given(st.text() | st.text(alphabet="client_0123456789abcdefghjkmnpqrstvwxyz", min_size=20, max_size=40))
def test_any_text_is_an_id_or_a_validation_error(text):
    try:
        plain = CLIENT.get_db_prep_value(text, None)
    except ValidationError:
        return
    assert CLIENT.from_db_value(plain) == text


@pytest.mark.parametrize("value", [value for value in MALFORMED if isinstance(value, str) and value])
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_over_the_api_it_is_a_404(alice, method, value):
    response = alice.call(method, f"/clients/{value.replace('%', '%25')}", b"{}" if method == "PATCH" else None)

    assert response.status_code == 404


def test_none_stays_none():
    assert CLIENT.to_python(None) is CLIENT.from_db_value(None) is CLIENT.get_db_prep_value(None, None) is None


def test_the_database_keeps_a_uuid_of_version_7(acme):
    kept = uuid_of(acme.id)

    assert kept.version == 7
    assert Client.objects.extra(where=["id = %s"], params=[kept]).get() == acme


def test_ids_made_later_sort_later(db):
    accounts = [Account.objects.create().id for _ in range(20)]

    assert accounts == sorted(accounts)


def test_ids_for_rows_without_an_object_are_of_the_same_kind():
    assert uuid.UUID(new_uuid()).version == 7


def test_a_migration_needs_the_prefix_alone():
    _, path, args, kwargs = TypeIDField("client", serialize=False).deconstruct()

    assert (path, args, kwargs) == ("duespark.ids.TypeIDField", ["client"], {"serialize": False})
