"""What the documentation says of the auth endpoints, beyond what their views do."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.utils import extend_schema_view

from accounts.serializers import (
    LoginAnswerSerializer,
    LoginSerializer,
    MessageSerializer,
    SessionSerializer,
    TokenPairSerializer,
    UserSerializer,
)
from duespark.api.documented_problems import of_field
from duespark.api.schema import answered, endpoint, sent

USER = {
    "id": "user_01h455vb4pex5vsknk084sn02t",
    "email": "alice@example.com",
    "full_name": "Alice Archer",
    "company_name": "Alice & Co",
}
WHOLE_USER = {**USER, "created_at": "2024-01-15T10:30:00Z", "is_verified": False}
PASSWORD = "correct horse battery staple"
PAIR = {"access_token": "eyJhbGciOiJIUzI1NiIs…", "refresh_token": "eyJhbGciOiJIUzI1NiIs…", "token_type": "bearer"}
PAIR_ANSWER = {**PAIR, "expires_in": 3600}
REFRESH_TOKEN = {"refresh_token": PAIR["refresh_token"]}
SESSION = {
    "id": "session_01h455vb4pex5vsknk084sn02v",
    "device": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "address": "203.0.113.7",
    "created_at": "2024-01-15T10:30:00Z",
    "last_seen_at": "2024-01-20T14:30:00Z",
    "expires_at": "2024-02-19T14:30:00Z",
    "current": True,
}
EMAIL_TAKEN = of_field(
    "email", "A user with this email already exists.", "Duplicate user: a user with this email already exists"
)
WEAK = {"WEAK_PASSWORD": None}


REGISTER = extend_schema_view(
    post=endpoint(
        "register",
        "Register",
        {201: UserSerializer},
        errors={"CONFLICT": EMAIL_TAKEN, **WEAK},
        examples=[
            sent({**{name: USER[name] for name in ("email", "full_name", "company_name")}, "password": PASSWORD}),
            answered(WHOLE_USER),
        ],
    )
)
LOGIN = extend_schema_view(
    post=endpoint(
        "login",
        "Log in",
        LoginAnswerSerializer,
        errors={"INVALID_CREDENTIALS": None, "ACCOUNT_LOCKED": None},
        examples=[sent({"username": USER["email"], "password": PASSWORD}), answered({**PAIR_ANSWER, "user": USER})],
    )
)
REFRESH = extend_schema_view(
    post=endpoint(
        "refresh",
        "Refresh the tokens",
        TokenPairSerializer,
        errors={"TOKEN_INVALID": None, "REFRESH_TOKEN_EXPIRED": None},
        examples=[sent(REFRESH_TOKEN), answered(PAIR_ANSWER)],
    )
)
LOGOUT = extend_schema_view(
    post=endpoint(
        "logout",
        "Log out",
        MessageSerializer,
        auth=[{"bearer": []}, {}],
        errors={"REFRESH_TOKEN_EXPIRED": None},
        examples=[sent(REFRESH_TOKEN), answered({"message": "Logged out successfully"})],
    )
)
ME = extend_schema_view(get=endpoint("me", "Who am I", UserSerializer, examples=[answered(WHOLE_USER)]))
SESSIONS = extend_schema_view(
    list=endpoint("listSessions", "Where am I logged in", SessionSerializer(many=True), examples=[answered(SESSION)]),
    destroy=endpoint(
        "endSession",
        "Log one of my devices out",
        {200: MessageSerializer},
        examples=[answered({"message": "Session ended successfully"})],
    ),
)
# drf-spectacular finds a method of another name than its usual ones only where it is decorated itself.
END_OTHER_SESSIONS = endpoint(
    "endOtherSessions",
    "Log all my other devices out",
    {200: MessageSerializer},
    examples=[answered({"message": "Other sessions ended successfully"})],
)
PASSWORD_RESET_REQUEST = extend_schema_view(
    post=endpoint(
        "requestPasswordReset",
        "Ask for a new password",
        MessageSerializer,
        examples=[
            sent({"email": USER["email"]}),
            answered({"message": "If a user has this email, a message is on its way."}),
        ],
    )
)
PASSWORD_RESET = extend_schema_view(
    post=endpoint(
        "resetPassword",
        "Set a new password",
        MessageSerializer,
        errors=WEAK,
        examples=[
            sent({"token": "user_01h455vb4pex5vsknk084sn02t.c1x2y3-0a1b2c", "password": PASSWORD}),
            answered({"message": "Password changed. Please log in."}),
        ],
    )
)


class LoginSchema(OpenApiSerializerExtension):
    """The email goes by either of two names."""

    target_class = LoginSerializer

    def map_serializer(self, auto_schema: Any, direction: Any) -> Any:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        email, password = schema["properties"]["email"], schema["properties"]["password"]
        username = {**email, "description": "The email."}
        return {
            "type": "object",
            "description": "The email, by either of its names, and the password.",
            "properties": {"password": password},
            "required": ["password"],
            "oneOf": [
                {"properties": {"username": username, "email": {"type": "null"}}, "required": ["username"]},
                {"properties": {"email": email}, "required": ["email"]},
            ],
        }
