"""The sandbox's addresses. config/urls.py includes them only when settings.SANDBOX is on."""

from django.urls import path

from config.sandbox.views import clock, mailbox, provider

app_name = "sandbox"
urlpatterns = [
    path("mailbox/", mailbox.show_mailboxes, name="mailbox"),
    path("mailbox/<str:address>/", mailbox.show_mailbox, name="mailbox_of"),
    path("mailbox/<str:address>/fault/", mailbox.change_fault, name="fault"),
    path("mail/<int:pk>/", mailbox.show_mail, name="mail"),
    path("mail/<int:pk>/html/", mailbox.show_html, name="mail_html"),
    path("mail/<int:pk>/raw/", mailbox.show_raw, name="mail_raw"),
    path("mail/<int:pk>/read/", mailbox.mark_read, name="mail_read"),
    path("mail/<int:pk>/answer/", mailbox.answer, name="answer"),
    path("clock/", clock.show_machine, name="time"),
    path("clock/move/", clock.move, name="move"),
    path("clock/resume/", clock.resume, name="resume"),
    path("clock/real/", clock.go_back, name="real"),
    path("clock/progress/", clock.show_progress, name="progress"),
    path("clock/bar/", clock.show_bar, name="bar"),
    path("provider/", provider.show_provider, name="provider"),
    path("provider/<int:brand_id>/", provider.change_provider, name="provider_change"),
    path("provider/<int:brand_id>/items/", provider.change_items, name="provider_items"),
]
