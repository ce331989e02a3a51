"""What a statement says: the tables it touches, and whether it names the account."""

import re

from duespark.ids import uuid_of

TENANT_TABLE = re.compile(
    r"\b(clients_change|clients_client|clients_clientcount|clients_clientmonth|clients_import|clients_invoice"
    r"|clients_payment|accounts_user|accounts_session|accounts_keptanswer)\b"
)
JOIN = re.compile(r'JOIN "?(\w+)"?(?: AS)?(?: (\w+))? ON \((.*?)\)(?= WHERE| GROUP| ORDER| LEFT| INNER| JOIN|$)')


def touches_tenants(sql):
    return TENANT_TABLE.search(sql) is not None


def names_account(sql, account_id):
    """Whether the rows are chosen by the account as a constant, or an inserted row gives it."""
    account = uuid_of(account_id)
    either = f"'(?:{account}|{account.hex})'"
    pattern = either if sql.lstrip().startswith("INSERT") else rf'account_id"? = \(?{either}'
    return re.search(pattern, sql) is not None


def joins_without_account(sql):
    """Joins of tenant tables that are on less than (account_id, id)."""
    return [
        condition
        for table, _, condition in JOIN.findall(sql)
        if TENANT_TABLE.fullmatch(table) and not re.search(r'"?account_id"? = \(?"?\w+"?\."?account_id"?', condition)
    ]
