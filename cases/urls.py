"""The desk's addresses, for agents."""

from django.urls import path
from django.views.generic import RedirectView

from cases.views import board, case, hooks, intake, mailroom, outbox, places, policies, queue

app_name = "desk"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="desk:queue")),
    path("desk/", RedirectView.as_view(pattern_name="desk:queue")),
    path("desk/queue/", queue.show_queue, name="queue"),
    path("desk/board/", board.show_board, name="board"),
    path("desk/case/<str:number>/board/", board.show_case_board, name="case_board"),
    path("desk/todos/", queue.show_todos, name="todos"),
    path("desk/todos/<int:pk>/settle/", queue.settle_todo, name="settle_todo"),
    path("desk/call/", intake.show_call, name="intake"),
    path("desk/call/customers/", intake.find_customers, name="intake_customers"),
    path("desk/call/<int:customer_id>/plan/", intake.show_plan, name="intake_plan"),
    path("desk/call/<int:customer_id>/open/", intake.open_case, name="intake_open"),
    path("desk/call/<int:customer_id>/forget/", intake.drop_draft, name="intake_forget"),
    path("desk/case/<str:number>/", case.show_case, name="case"),
    path("desk/case/<str:number>/opened/", intake.show_opened, name="opened"),
    path("desk/case/<str:number>/file/<int:pk>/", case.download_upload, name="upload"),
    path("desk/case/<str:number>/date/", case.try_date, name="try_date"),
    path("desk/case/<str:number>/do/<slug:verb>/", case.act, name="act"),
    path("desk/mail/", mailroom.show_mailroom, name="mailroom"),
    path("desk/mail/<int:pk>/", mailroom.show_mail, name="mail"),
    path("desk/mail/<int:pk>/raw/", mailroom.download_raw, name="mail_raw"),
    path("desk/mail/<int:pk>/html/", mailroom.show_html, name="mail_html"),
    path("desk/mail/<int:pk>/do/<slug:verb>/", mailroom.act, name="mail_act"),
    path(
        "desk/mail/<int:pk>/file/<int:attachment_id>/",
        mailroom.download_attachment,
        name="attachment",
    ),
    path("hooks/provisioning/<slug:slug>/", hooks.take_provider_result, name="provider_result"),
    path("desk/policies/", policies.show_policies, name="policies"),
    path("desk/policies/simulator/", policies.simulate, name="simulator"),
    path("desk/policies/<int:pk>/", policies.show_version, name="policy"),
    path("desk/policies/<int:pk>/file/", policies.download_version, name="policy_file"),
    path("desk/policies/<int:pk>/publish/", policies.publish, name="publish_policy"),
    path("desk/outbox/", outbox.show_outbox, name="outbox"),
    path("desk/outbox/<int:pk>/", outbox.show_email, name="outbox_mail"),
    path("desk/outbox/<int:pk>/html/", outbox.show_email_html, name="outbox_html"),
    path("desk/outbox/<int:pk>/do/<slug:verb>/", outbox.act, name="outbox_act"),
    path("desk/switch/<slug:name>/", outbox.throw_switch, name="switch"),
    path("desk/search/", places.show_search, name="search"),
    path("desk/health/", places.show_health, name="health"),
    path("desk/health/resume/", places.resume, name="resume"),
    path("desk/health/retire/", places.retire_door, name="retire_door"),
]
