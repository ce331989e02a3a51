"""What the auth endpoints take and answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db.models import F, Func, TextField
from rest_framework import serializers

from accounts.models import SIGHTING_INTERVAL, User, unique_email
from duespark.api.fields import FLAG, TEXT, TIME, RuleField, ValueField, id_schema, or_null
from duespark.api.serializers import RecordSerializer, RowSerializer
from duespark.rules import Email, Invalid, Text

MAX_PASSWORD = 256
OPTIONAL_TEXT = or_null(TEXT)


@dataclass(frozen=True)
class Secret:
    """A password or a token, taken exactly as sent."""

    max_length: int

    def __call__(self, value: Any) -> str:
        if type(value) is not str:
            raise Invalid("Must be text.")
        if not value:
            raise Invalid("Must not be empty.")
        if len(value) > self.max_length:
            raise Invalid(f"Must have at most {self.max_length:,} characters.")
        if "\x00" in value or (not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value)):
            raise Invalid("Must not contain control characters.")
        return value

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.max_length, "pattern": "^[^\\u0000]*$"}


PASSWORD = Secret(MAX_PASSWORD)
TOKEN = Secret(4096)


class WeakPassword(serializers.ValidationError):
    error_code = "WEAK_PASSWORD"


def check_strength(password: str, user: User) -> None:
    """Asks Django's password validators; raises `WeakPassword`."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword({"password": error.messages}) from None


class UserSerializer(RecordSerializer):
    """A user, as `/auth/register` and `/auth/me` answer."""

    id = ValueField(id_schema("user"))
    email = ValueField({"type": "string", "format": "email"})
    full_name = ValueField(OPTIONAL_TEXT, source="full_name_or_none")
    company_name = ValueField(OPTIONAL_TEXT)
    created_at = ValueField(TIME)
    is_verified = ValueField(FLAG)


class LoginUserSerializer(RecordSerializer):
    id = ValueField(id_schema("user"))
    email = ValueField({"type": "string", "format": "email"})
    full_name = ValueField(OPTIONAL_TEXT, source="full_name_or_none")
    company_name = ValueField(OPTIONAL_TEXT)


class EmailOrUsername(serializers.Serializer[Any]):
    """Takes the email under the name `username`, too, as OAuth's password grant calls it."""

    def to_internal_value(self, data: Any) -> Any:
        if hasattr(data, "get") and data.get("email") is None and data.get("username") is not None:
            data = {**{key: data.get(key) for key in data}, "email": data.get("username")}
        return super().to_internal_value(data)


class RegisterSerializer(EmailOrUsername):
    """Who comes with a `username` and a password alone, as programs do, is called by it."""

    email = RuleField(Email())
    password = RuleField(PASSWORD, write_only=True)
    full_name = RuleField(Text(200, required=True))
    company_name = RuleField(Text(200), required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and data.get("email") is None and "full_name" not in data:
            data = {**data, "full_name": data.get("username")}
        return super().to_internal_value(data)

    def create(self, validated_data: dict[str, Any]) -> User:
        email, password, full_name = (validated_data[name] for name in ("email", "password", "full_name"))
        company_name = validated_data.get("company_name") or ""
        check_strength(password, User(email=email, full_name=full_name))
        with unique_email():
            return User.objects.create_user(email, password, full_name=full_name, company_name=company_name)

    @classmethod
    def to_representation(cls, instance: User) -> dict[str, Any]:
        return UserSerializer.to_representation(instance)


class LoginSerializer(EmailOrUsername):
    """A login is not told that its email is malformed: it is as wrong as any other."""

    email = RuleField(Secret(1000))
    password = RuleField(Secret(4096))

    def validate_email(self, email: str) -> str:
        return email.strip()


class RefreshSerializer(serializers.Serializer[Any]):
    refresh_token = RuleField(TOKEN)


class LogoutSerializer(serializers.Serializer[Any]):
    refresh_token = RuleField(TOKEN, required=False, allow_null=True)


class TokenPairSerializer(RecordSerializer):
    access_token = ValueField({"type": "string", "description": "For `Authorization: Bearer`."})
    refresh_token = ValueField({"type": "string", "description": "Good once, for /auth/refresh."})
    token_type = ValueField({"type": "string", "const": "bearer"})
    expires_in = ValueField({"type": "integer", "description": "Seconds.", "examples": [3600]})


class LoginAnswerSerializer(TokenPairSerializer):
    user = LoginUserSerializer()


MINUTES = int(SIGHTING_INTERVAL.total_seconds() / 60)


class SessionSerializer(RowSerializer):
    id = ValueField(id_schema("session"))
    device = ValueField({**OPTIONAL_TEXT, "description": "The User-Agent that it last sent."})
    address = ValueField({**OPTIONAL_TEXT, "description": "The IP address that it was last seen from."})
    created_at = ValueField({**TIME, "description": "The login."})
    last_seen_at = ValueField({**TIME, "description": f"Up to {MINUTES} minutes before the latest request."})
    expires_at = ValueField({**TIME, "description": "When it ends unless its tokens are refreshed."})
    current = ValueField({**FLAG, "description": "Whether it is the one that asks."}, source="is_current")

    COLUMNS = {"address": Func(F("address"), function="host", output_field=TextField())}


class MessageSerializer(RecordSerializer):
    message = ValueField(TEXT)


class PasswordResetRequestSerializer(serializers.Serializer[Any]):
    email = RuleField(Email())


class PasswordResetSerializer(serializers.Serializer[Any]):
    token = RuleField(TOKEN)
    password = RuleField(PASSWORD)

    def save(self, **kwargs: Any) -> User:
        """Changes the password, which ends the user's sessions and spends the token."""
        user = user_of_reset_token(self.validated_data["token"])
        if user is not None:
            check_strength(self.validated_data["password"], user)
        if user is None or not user.reset_password(self.validated_data["password"]):
            raise serializers.ValidationError({"token": ["The token is not valid, or has been used or expired."]})
        return user


def reset_token(user: User) -> str:
    """A one-time token: it dies with the password it replaces, and after PASSWORD_RESET_TIMEOUT."""
    return f"{user.pk}.{default_token_generator.make_token(user)}"


def user_of_reset_token(token: str) -> User | None:
    user_id, _, secret = token.partition(".")
    try:
        user = User.objects.select_related("account").get(pk=user_id)
    except (User.DoesNotExist, ValidationError):
        return None
    return user if user.may_enter and default_token_generator.check_token(user, secret) else None
