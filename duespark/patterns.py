"""Forms of text as JSON Schema says them: regular expressions of ECMA-262, which Python reads alike.

They say of a text as it is sent what duespark/rules.py makes of it: around it there may be white space, which is
trimmed, and in it no control character.
"""

_SPACE = r"\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_AROUND = rf"[\t\n\r{_SPACE}]*"
_LINE = r"[^\u0000-\u001f\u007f-\u009f]*"
_LINES = r"(?:[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\r\n)*"  # tabs and line feeds, too
_VISIBLE = rf"[^\u0000-\u001f\u007f-\u009f{_SPACE}]"


def text(*, required: bool, multiline: bool) -> str:
    """A text; a required one is more than white space."""
    inside = _LINES if multiline else _LINE
    return trimmed(f"{inside}{_VISIBLE}{inside}" if required else inside)


def trimmed(form: str) -> str:
    """A text of this form once it is trimmed."""
    return f"^{_AROUND}{form}{_AROUND}$"
