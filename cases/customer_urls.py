"""The customer's addresses, all under /my/."""

from django.urls import path

from cases.views.customer import account, case, entry

app_name = "my"
urlpatterns = [
    path("", entry.start, name="start"),
    path("l/<str:token>/", entry.open_link, name="link"),
    path("continue/", entry.show_continue, name="continue"),
    path("continue/enter/", entry.enter, name="enter"),
    path("account/", account.show_account, name="account"),
    path("account/open/", account.open_case, name="open"),
    path("account/case/", account.enter_case, name="enter_case"),
    path("case/<str:number>/", case.show_case, name="case"),
    path("case/<str:number>/do/<slug:verb>/", case.act, name="act"),
]
