"""Addresses of imports within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.imports.pages import kept, listing, sending, steps

app_name = "imports"
urlpatterns = [
    path("data/imports/", listing.history, name="history"),
    path("data/imports/new/", sending.new, name="new"),
    path("data/imports/uploads/", sending.uploads, name="uploads"),
    path("data/imports/uploads/<uuid:upload>/", sending.upload, name="upload"),
    path("data/imports/uploads/<uuid:upload>/finish/", sending.finish, name="finish"),
    path("data/imports/<int:number>/", steps.show, name="import"),
    path("data/imports/<int:number>/kind/", steps.kind, name="kind"),
    path("data/imports/<int:number>/mapping/", steps.mapping, name="mapping"),
    path("data/imports/<int:number>/run/", steps.run, name="run"),
    path("data/imports/<int:number>/rejects.csv", steps.rejects, name="rejects"),
    path("data/imports/<int:number>/mapping.yaml", steps.mapping_file, name="mapping_file"),
    path("data/imports/<int:number>/undo/", steps.undo, name="undo"),
    path("data/imports/<int:number>/again/", steps.again, name="again"),
    path("data/imports/<int:number>/discard/", steps.discard, name="discard"),
    path("data/imports/<int:number>/keep-mapping/", kept.keep_mapping, name="keep_mapping"),
    path("data/imports/mappings/", kept.mappings, name="mappings"),
    path("data/imports/mappings/<int:mapping>/delete/", kept.delete_mapping, name="delete_mapping"),
    path("data/imports/folders/", kept.folders, name="folders"),
    path("data/imports/folders/<int:folder>/pause/", kept.pause_folder, name="pause_folder"),
    path("data/imports/folders/<int:folder>/forget/", kept.forget_folder, name="forget_folder"),
]
