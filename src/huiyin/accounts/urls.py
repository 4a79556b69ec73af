"""Addresses of accounts."""

from django.urls import path

from huiyin.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("set-up/", views.set_up, name="set_up"),
    path("invitation/<str:token>/", views.accept, name="accept"),
    path("password/forgotten/", views.forgotten, name="forgotten"),
    path("password/forgotten/sent/", views.forgotten_sent, name="forgotten_sent"),
    path("password/new/<str:uid>/<str:token>/", views.reset, name="reset"),
    path("account/", views.account, name="account"),
    path("account/end-sessions/", views.end_sessions, name="end_sessions"),
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/invite/", views.invite, name="invite"),
    path("accounts/invitations/<int:pk>/", views.invitation, name="invitation"),
    path("accounts/invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("accounts/<int:pk>/", views.change, name="change"),
    path("accounts/<int:pk>/<slug:what>/", views.act, name="act"),
]
