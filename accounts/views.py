"""Registering, logging in and out, and who one is."""

from typing import Any, cast

from django.contrib.auth import authenticate
from django.db import connection
from django.db.models import F
from django.db.models.lookups import Exact
from django.http import Http404
from rest_framework import generics
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from accounts import documentation, tokens
from accounts.authentication import bearer_token, sighting
from accounts.mailing import ask_for_reset
from accounts.models import Session, User
from accounts.serializers import (
    LoginSerializer,
    LoginUserSerializer,
    LogoutSerializer,
    PasswordResetRequestSerializer,
    PasswordResetSerializer,
    RefreshSerializer,
    RegisterSerializer,
    SessionSerializer,
    UserSerializer,
)
from accounts.throttling import LoginGuard, count_reset_request, counted_address
from accounts.viewsets import TenantViewSet
from duespark.api.exceptions import Unauthorized
from duespark.api.lists import Listing
from duespark.api.parsers import FormParser, JSONParser, MultiPartParser
from duespark.api.responses import Answer
from duespark.api.routers import METHODS
from duespark.ids import uuid_of
from duespark.prepared import Prepared


class OpenView(generics.GenericAPIView[Any]):
    """An endpoint for somebody who is not logged in."""

    http_method_names = METHODS
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Elsewhere it is by asking who is calling that a connection turns out to have ended (`reconnect_once`)."""
        connection.close_if_left()  # type: ignore[attr-defined]  # duespark.backend's
        super().initial(request, *args, **kwargs)

    def validated(self, request: Request) -> Any:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer


@documentation.REGISTER
class RegisterView(OpenView):
    serializer_class = RegisterSerializer

    def post(self, request: Request) -> Answer:
        """Make an account and its first user."""
        serializer = self.validated(request)
        serializer.save()
        return Answer(serializer.data, 201)


@documentation.LOGIN
class LoginView(OpenView):
    serializer_class = LoginSerializer
    parser_classes = (JSONParser, FormParser, MultiPartParser)

    def post(self, request: Request) -> Answer:
        """Trade an email and a password for a pair of tokens."""
        data = self.validated(request).validated_data
        guard = LoginGuard(data["email"], counted_address(request))
        user = authenticate(request, username=data["email"], password=data["password"])
        if not isinstance(user, User):
            raise Unauthorized("The email or the password is wrong.", "INVALID_CREDENTIALS")
        guard.succeeded()
        session = Session.begin(user, tokens.RefreshToken.lifetime, **sighting(request))
        return Answer({**tokens.pair(session), "user": LoginUserSerializer.to_representation(user)})


@documentation.REFRESH
class RefreshView(OpenView):
    serializer_class = RefreshSerializer

    def post(self, request: Request) -> Answer:
        """Trade a refresh token for a new pair. Using one twice ends its session."""
        raw = self.validated(request).validated_data["refresh_token"]
        session = tokens.rotated(raw, **sighting(request))
        return Answer(tokens.pair(session))


@documentation.LOGOUT
class LogoutView(OpenView):
    serializer_class = LogoutSerializer

    def post(self, request: Request) -> Answer:
        """End the session of the refresh token in the body or, without one, of the access token; again does no harm."""
        refresh, access = self.validated(request).validated_data.get("refresh_token"), bearer_token(request)
        if refresh:
            token: Any = tokens.verified(tokens.RefreshToken, refresh, expired_code="REFRESH_TOKEN_EXPIRED")
        elif access:
            token = tokens.verified(tokens.AccessToken, access)
        else:
            raise Unauthorized("Send an access token, or the refresh token in the body.", "NOT_AUTHENTICATED")
        if session := tokens.session_of(token, live=False):
            session.end()
        return Answer({"message": "Logged out successfully"})


@documentation.ME
class MeView(generics.GenericAPIView[Any]):
    http_method_names = METHODS
    serializer_class = UserSerializer

    def get(self, request: Request) -> Answer:
        """The user whose token this is."""
        return Answer(UserSerializer.to_representation(request.user))


def sessions_of(account: Any, user: Any, session: Any) -> Any:
    """The open sessions of a user, who asks by one of them."""
    sessions = Session.objects.for_account(account).filter(user=user).open()
    return sessions.annotate(is_current=Exact(F("id"), session))


@documentation.SESSIONS
class SessionViewSet(TenantViewSet):
    """The caller's own sessions; a colleague's are no more there than a stranger's."""

    queryset = Session.objects.none()
    serializer_class = SessionSerializer
    one = Prepared(lambda account, pk: Session.objects.for_account(account).filter(pk=pk).order_by())
    listing = Listing(sessions_of, SessionSerializer, passing=frozenset({"session"}))

    @property
    def current(self) -> str:
        """The id of the session that asks."""
        return cast(tokens.AccessToken, self.request.auth)["sid"]

    def get_queryset(self) -> Any:
        account, user, session = map(uuid_of, (self.account.pk, self.request.user.pk, self.current))
        return self.listing.of(account=account, user=user, session=session)

    def get_object(self, reading: Prepared[Any] | None = None) -> Any:
        session = super().get_object(reading)
        if session.user_id != self.request.user.pk:
            raise Http404
        return session

    def destroy(self, request: Request, pk: str) -> Answer:
        """Its access and refresh tokens are dead at once; again does no harm."""
        self.get_object().end()
        return Answer({"message": "Session ended successfully"})

    @documentation.END_OTHER_SESSIONS
    def end_others(self, request: Request) -> Answer:
        """All but the one that asks."""
        caller = cast(User, request.user)
        Session.objects.for_account(self.account).filter(user=caller).exclude(pk=self.current).end()
        return Answer({"message": "Other sessions ended successfully"})


@documentation.PASSWORD_RESET_REQUEST
class PasswordResetRequestView(OpenView):
    serializer_class = PasswordResetRequestSerializer

    def post(self, request: Request) -> Answer:
        """Mail a one-time token to the user with this email, if there is one."""
        email = self.validated(request).validated_data["email"]
        count_reset_request(email, counted_address(request))
        ask_for_reset(email)
        return Answer({"message": "If a user has this email, a message is on its way."})


@documentation.PASSWORD_RESET
class PasswordResetView(OpenView):
    serializer_class = PasswordResetSerializer

    def post(self, request: Request) -> Answer:
        """Set a new password with the token from the mail; every session ends."""
        self.validated(request).save()
        return Answer({"message": "Password changed. Please log in."})
