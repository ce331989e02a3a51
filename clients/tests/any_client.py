"""Any client that the API takes, with a bent for what spreadsheets, CSV and Unicode make hard."""

from hypothesis import strategies as st

SPECIAL = (
    "=1+1", '=HYPERLINK("http://x.example","y")', "+49", "-1", "@SUM(A1)", "007", "1e5", "TRUE", "null", "None",
    '"', "''", 'a "b" c', "a,b", "a;b", "'a", "\\N", "\\", "#N/A", "\ufeffx", "\u202ex", "e\u0301", "İ", "ß", "🧾",
    "\ufffe", "x\u2028y", "=cmd|' /C calc'!A0", "'=x", "''+1", "'''@", "'-", "'", "-",
)  # fmt: skip


def texts(max_size, *, lines=False):
    kept = "\n\t" if lines else ""
    letters = st.characters(exclude_categories=("Cs", "Cc"), include_characters=kept)
    special = [text for text in SPECIAL if len(text) <= max_size]
    marks = st.text("'=+-@x\N{FULLWIDTH PLUS SIGN}" + kept, max_size=4)
    return st.one_of(st.sampled_from(special), marks, st.text(letters, max_size=max_size))


def maybe(strategy):
    return st.one_of(st.none(), strategy)


DOMAINS = st.sampled_from(["example.com", "EXAMPLE.org", "bücher.example"])
LOCALS = ('"a,b"', "=cmd", "+a", "-a", "'=x", "''+1", "'a")
LOCAL_PARTS = st.one_of(st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{}|~-]{1,20}", fullmatch=True), st.sampled_from(LOCALS))
CLIENTS = st.fixed_dictionaries(
    {
        "name": st.one_of(st.sampled_from(SPECIAL), texts(200).filter(str.strip)),
        "email": st.builds("{}@{}".format, LOCAL_PARTS, DOMAINS),
    },
    optional={
        "phone": maybe(st.from_regex(r"[+(]?[0-9][0-9 ./()-]{1,20}[0-9]( ?x[0-9]{1,4})?", fullmatch=True)),
        "address": maybe(
            st.fixed_dictionaries(
                {},
                optional={
                    "street": maybe(texts(200)),
                    "city": maybe(texts(100)),
                    "state": maybe(texts(100)),
                    "zip_code": maybe(texts(20)),
                    "country": maybe(st.sampled_from(["US", "de", "NO"])),
                },
            )
        ),
        "tax_id": maybe(texts(64)),
        "payment_terms": maybe(st.integers(0, 365)),
        "notes": maybe(texts(400, lines=True)),
    },
)
