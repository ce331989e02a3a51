"""Speaking to the back office as a browser does."""

from django.contrib.auth.models import Permission

from accounts.backoffice.display import add_url, change_url, list_url

__all__ = [
    "add_url",
    "agreed",
    "asked",
    "change_url",
    "confirmed",
    "errors",
    "found",
    "list_url",
    "new_user",
    "password_url",
    "permit",
    "pressed",
    "said",
    "typed",
]


def typed(page, **changes):
    """What the form on the page would send, were nothing changed on it but this."""
    sent = {}
    for bound in page.context["adminform"].form:
        value = bound.value()
        if bound.field.disabled or value is False:
            continue
        sent[bound.html_name] = "" if value is None else value
        if bound.field.show_hidden_initial:
            shown = bound.form.data.get(bound.html_initial_name, "") if bound.form.is_bound else sent[bound.html_name]
            sent[bound.html_initial_name] = shown
    return {**sent, **changes}


def errors(page):
    """The errors on the page, by field; `__all__` are those of none."""
    assert page.status_code == 200
    return dict(page.context["adminform"].form.errors)


def found(page):
    """The rows of a list."""
    assert page.status_code == 200
    return list(page.context["cl"].result_list)


def said(page):
    """The messages after an action."""
    return [str(message) for message in page.context["messages"]]


def asked(browser, verb, *rows):
    """Chooses an action of the list for these rows."""
    sent = {"action": verb, "_selected_action": [row.pk for row in rows]}
    return browser.post(list_url(type(rows[0])), sent, follow=True)


def confirmed(browser, verb, *rows):
    """The same, and says yes when asked."""
    sent = {"action": verb, "_selected_action": [row.pk for row in rows], "_confirmed": "yes"}
    return browser.post(list_url(type(rows[0])), sent, follow=True)


def agreed(browser, question):
    """Says yes to what the question names."""
    sent = {**question.context["sent"], "_selected_action": question.context["selected"]}
    return browser.post(question.request["PATH_INFO"], sent, follow=True)


def pressed(browser, verb, row):
    """Presses a button on the row's page, and says yes when asked."""
    sent = {"action": verb, "_selected_action": row.pk, "_from_page": "yes", "_confirmed": "yes"}
    return browser.post(list_url(type(row)), sent, follow=True)


def new_user(account, /, **changes):
    """What the form by which users are invited sends."""
    return {"account": account.pk, "email": "dora@example.com", "full_name": "Dora Dean", **changes}


def history_url(row):
    return change_url(row).replace("/change/", "/history/")


def password_url(user):
    return change_url(user).replace("/change/", "/password/")


def permit(browser, *names):
    browser.user.user_permissions.add(*Permission.objects.filter(codename__in=names))
