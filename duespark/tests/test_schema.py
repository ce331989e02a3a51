"""The OpenAPI document: valid, complete, and of one form with the published guide."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import get_resolver, resolve
from openapi_spec_validator import OpenAPIV31SpecValidator

from duespark.api.documented_problems import ERROR_CODES
from duespark.api.problems import CODES

NO_API = {"schema", "docs"}
OPEN = {
    "/auth/register",
    "/auth/login",
    "/auth/refresh",
    "/auth/password-reset-request",
    "/auth/password-reset",
}
OPERATIONS = {
    ("POST", "/auth/register", "register"),
    ("POST", "/auth/login", "login"),
    ("POST", "/auth/refresh", "refresh"),
    ("POST", "/auth/logout", "logout"),
    ("GET", "/auth/me", "me"),
    ("GET", "/auth/sessions", "listSessions"),
    ("DELETE", "/auth/sessions", "endOtherSessions"),
    ("DELETE", "/auth/sessions/{session_id}", "endSession"),
    ("POST", "/auth/password-reset-request", "requestPasswordReset"),
    ("POST", "/auth/password-reset", "resetPassword"),
    ("GET", "/clients/", "listClients"),
    ("POST", "/clients/", "createClient"),
    ("GET", "/clients/{client_id}", "getClient"),
    ("PUT", "/clients/{client_id}", "updateClient"),
    ("PATCH", "/clients/{client_id}", "patchClient"),
    ("DELETE", "/clients/{client_id}", "deactivateClient"),
    ("POST", "/clients/{client_id}/reactivate", "reactivateClient"),
    ("GET", "/clients/{client_id}/stats", "getClientStats"),
    ("GET", "/clients/{client_id}/history", "getClientHistory"),
    ("POST", "/clients/bulk/import", "importClients"),
    ("GET", "/clients/export", "exportClients"),
    ("GET", "/invoices/", "listInvoices"),
    ("POST", "/invoices/", "createInvoice"),
    ("POST", "/invoices/bulk/import", "importInvoices"),
    ("GET", "/invoices/{invoice_id}", "getInvoice"),
    ("PUT", "/invoices/{invoice_id}", "updateInvoice"),
    ("PATCH", "/invoices/{invoice_id}", "patchInvoice"),
    ("PATCH", "/invoices/{invoice_id}/status", "changeInvoiceStatus"),
    ("GET", "/invoices/{invoice_id}/history", "getInvoiceHistory"),
    ("GET", "/invoices/{invoice_id}/payments", "listPayments"),
    ("POST", "/invoices/{invoice_id}/payments", "recordPayment"),
}


def schemas(document):
    return document.content["components"]["schemas"]


def routed():
    """Every route of the URLconf and method that it takes, the back office and the pages apart."""
    included = get_resolver().url_patterns
    patterns = [p for one in included for p in getattr(one, "url_patterns", [one])]
    views = {p.name: p.callback for p in patterns if hasattr(p.callback, "cls") and p.name not in NO_API}
    methods = {name: getattr(view, "actions", None) or view.cls().allowed_methods for name, view in views.items()}
    return {(name, method.lower()) for name, found in methods.items() for method in found} - {
        (name, method) for name in views for method in ("options", "head")
    }


def query_parameters(document, path):
    parameters = document.content["paths"][path]["get"]["parameters"]
    return {p["name"]: (p["schema"]["type"], p["schema"].get("default")) for p in parameters if p["in"] == "query"}


def test_document_is_openapi_3_1(document):
    assert document.content["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document.content).iter_errors()) == []


def test_nothing_of_it_is_guessed(tmp_path):
    file = tmp_path / "schema.json"
    call_command("spectacular", format="openapi-json", file=str(file), fail_on_warn=True, validate=True)
    assert json.loads(Path(file).read_text())["openapi"] == "3.1.0"


def test_operations_are_the_contracts(document):
    found = {(method.upper(), path, operation["operationId"]) for path, method, operation in document.operations}
    assert found == OPERATIONS


def test_every_route_and_method_is_documented(document):
    assert routed() == {
        (resolve(path.replace("{", "").replace("}", "")).url_name, method) for path, method, _ in document.operations
    }


@pytest.mark.parametrize(("_", "path", "name"), sorted(OPERATIONS, key=lambda operation: operation[1:]))
def test_documented_paths_answer_with_and_without_their_slash(_, path, name):
    path = path.rstrip("/").replace("{", "").replace("}", "")
    assert resolve(path).url_name == resolve(f"{path}/").url_name


def test_every_operation_has_a_summary_and_a_described_tag(document):
    tags = {tag["name"] for tag in document.content["tags"]}
    assert tags == {"Auth", "Clients", "Invoices"}
    assert all(operation["summary"] and tags.issuperset(operation["tags"]) for _, _, operation in document.operations)


def test_all_but_the_open_endpoints_want_a_bearer_token(document):
    assert document.content["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    free = {path for path, _, operation in document.operations if "security" not in operation}
    assert free == OPEN


def test_logging_out_takes_a_token_in_either_place(document):
    assert document.content["paths"]["/auth/logout"]["post"]["security"] == [{"bearer": []}, {}]


@pytest.mark.parametrize("name", ["ClientChangeRequest", "InvoiceChangeRequest"])
def test_a_change_requires_nothing(document, name):
    assert "required" not in schemas(document)[name]


@pytest.mark.parametrize(
    ("path", "name"),
    [("/clients/{client_id}", "ClientChangeRequest"), ("/invoices/{invoice_id}", "InvoiceChangeRequest")],
)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_put_and_patch_take_a_change(document, path, name, method):
    content = document.content["paths"][path][method]["requestBody"]["content"]
    assert content["application/json"]["schema"] == {"$ref": f"#/components/schemas/{name}"}


def test_a_new_client_needs_a_name_and_an_email(document):
    assert set(schemas(document)["ClientRequest"]["required"]) == {"name", "email"}


def test_no_request_has_a_read_only_field(document):
    requests = [schema for name, schema in schemas(document).items() if name.endswith("Request")]
    assert not any(field.get("readOnly") for schema in requests for field in schema["properties"].values())


def test_an_answer_holds_all_its_fields(document):
    answers = {
        n: s for n, s in schemas(document).items() if "properties" in s and not n.endswith(("Request", "Fields"))
    }
    optional = {n: set(s["properties"]) - set(s["required"]) for n, s in answers.items()}
    listed = ("ClientItem", "Entry", "Invoice", "Payment", "Session")
    assert {n: left_out for n, left_out in optional.items() if left_out} == {
        **{f"Paginated{item}List": {"next_cursor", "prev_cursor"} for item in listed},
        "ImportReport": {"columns", "rejected_csv"},
    }


@pytest.mark.parametrize("name", ["ClientItemFields", "InvoiceFields", "PaymentFields"])
def test_a_row_of_a_list_holds_the_fields_that_are_wanted(document, name):
    assert "required" not in schemas(document)[name]
    assert schemas(document)[f"Paginated{name.removesuffix('Fields')}List"]["properties"]["items"]["items"] == {
        "$ref": f"#/components/schemas/{name}"
    }


def test_the_fields_that_a_list_can_be_asked_for_are_those_of_its_rows(document):
    asked, answered = {}, {}
    for path, _, operation in document.operations:
        for parameter in operation.get("parameters", ()):
            if parameter["name"] == "fields":
                page = document.resolved(operation["responses"]["200"]["content"]["application/json"]["schema"])
                asked[path] = parameter["schema"]["items"]["enum"]
                answered[path] = list(document.resolved(page["properties"]["items"]["items"])["properties"])
    assert len(asked) == 6
    assert asked == answered


def test_what_is_made_is_linked_with_all_that_takes_its_id(document):
    responses = {path: document.content["paths"][path]["post"]["responses"] for path in ("/clients/", "/invoices/")}
    of_client, of_invoice = (answers["201"]["links"] for answers in responses.values())
    assert set(of_client) == {
        "getClient",
        "updateClient",
        "patchClient",
        "deactivateClient",
        "reactivateClient",
        "getClientStats",
        "getClientHistory",
        "listInvoices",
        "listClients",
    }
    assert of_client["getClientStats"] == {
        "operationId": "getClientStats",
        "parameters": {"client_id": "$response.body#/id"},
    }
    assert {"getInvoice", "changeInvoiceStatus", "recordPayment", "listPayments"} < set(of_invoice)


def test_a_payment_is_linked_with_its_invoices_payments(document):
    made = document.content["paths"]["/invoices/{invoice_id}/payments"]["post"]["responses"]["201"]
    assert made["links"] == {
        "listPayments": {"operationId": "listPayments", "parameters": {"invoice_id": "$request.path.invoice_id"}}
    }


def test_list_of_clients_takes_the_guides_parameters(document):
    assert query_parameters(document, "/clients/") == {
        "page": ("integer", 1),
        "limit": ("integer", 50),
        "cursor": ("string", None),
        "fields": ("array", None),
        "search": ("string", None),
        "is_active": ("boolean", None),
        "sort_by": ("string", "created_at"),
        "sort_order": ("string", "desc"),
    }


def test_list_of_invoices_takes_the_contracts_parameters(document):
    assert query_parameters(document, "/invoices/") == {
        "page": ("integer", 1),
        "limit": ("integer", 50),
        "cursor": ("string", None),
        "fields": ("array", None),
        "client_id": ("string", None),
        "status": ("string", None),
        "due_after": ("string", None),
        "due_before": ("string", None),
        "min_amount": ("number", None),
        "max_amount": ("number", None),
        "sort_by": ("string", "created_at"),
        "sort_order": ("string", "desc"),
    }


def test_period_is_one_of_the_guides(document):
    _, period = document.content["paths"]["/clients/{client_id}/stats"]["get"]["parameters"]
    assert period["schema"] == {"type": "string", "enum": ["1m", "3m", "6m", "12m", "24m", "all"], "default": "12m"}


def test_every_parameter_of_a_query_is_described(document):
    parameters = [p for _, _, operation in document.operations for p in operation.get("parameters", ())]
    assert all(p.get("description") for p in parameters if p["in"] == "query")


def test_import_takes_a_list_a_form_and_a_file(document):
    content = document.content["paths"]["/clients/bulk/import"]["post"]["requestBody"]["content"]
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert list(content) == ["application/json", "multipart/form-data", "text/csv", workbook]
    assert content["multipart/form-data"]["schema"]["required"] == ["file"]


def test_every_usual_error_code_is_documented():
    assert {status: code for status, code in CODES.items() if code in ERROR_CODES[status]} == CODES


def test_every_example_is_true_to_its_schema(document):
    wrong = []
    for path, method, operation in document.operations:
        contents = [operation.get("requestBody", {}).get("content", {})]
        contents += [document.resolved(answer).get("content", {}) for answer in operation["responses"].values()]
        for media in (media for content in contents for media in content.values()):
            for example in media.get("examples", {}).values():
                wrong += [(path, method, error) for error in document.errors(media["schema"], example["value"])]
    assert wrong == []


def test_every_answer_with_content_has_an_example(document):
    for path, method, operation in document.operations:
        answers = {status: document.resolved(answer) for status, answer in operation["responses"].items()}
        del answers["default"]
        assert all("examples" in media for a in answers.values() for media in a.get("content", {}).values()), (
            path,
            method,
        )
