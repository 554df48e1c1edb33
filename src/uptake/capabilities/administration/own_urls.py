"""Addresses of what belongs to one user, whatever the workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.administration.pages import invitation, profile, start, workspace

app_name = "profile"
urlpatterns = [
    path("", start.start, name="start"),
    path("profile", profile.profile, name="profile"),
    path("profile/sessions/<int:session>/end", profile.end_session, name="end_session"),
    path("workspaces/new", workspace.new, name="new_workspace"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
]
