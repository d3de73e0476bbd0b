"""The desk's addresses with the gallery, which otherwise exists with DEBUG alone."""

from django.urls import path

from cases.views.gallery import show_gallery
from config.urls import urlpatterns as desk

urlpatterns = [path("desk/gallery/", show_gallery, name="gallery"), *desk]
