"""Addresses of the organisation."""

from django.urls import path

from huiyin.organisation import views

app_name = "organisation"
urlpatterns = [
    path("organisation/units/", views.units, name="units"),
    path("organisation/units/new/", views.enter_unit, name="enter_unit"),
    path("organisation/units/<int:pk>/", views.unit, name="unit"),
    path("organisation/people/", views.people, name="people"),
    path("organisation/people/new/", views.enter_person, name="enter_person"),
    path("organisation/people/<int:pk>/", views.person, name="person"),
    path("organisation/people/<int:pk>/change/", views.change_person, name="change_person"),
    path("organisation/people/<int:pk>/leave/", views.leave, name="leave"),
    path("organisation/people/<int:pk>/appoint/", views.appoint, name="appoint"),
    path("organisation/appointments/<int:pk>/end/", views.end_appointment, name="end_appointment"),
    path("organisation/absences/", views.absences, name="absences"),
    path("organisation/absences/new/", views.enter_absence, name="enter_absence"),
    path("organisation/absences/<int:pk>/end/", views.end_absence, name="end_absence"),
    path("organisation/regulations/", views.adoption, name="adoption"),
    path("organisation/regulations/<slug:pack>/", views.adopted_pack, name="adopted_pack"),
    path("organisation/regulations/<slug:pack>/fill/", views.fill_post, name="fill_post"),
    path("organisation/regulations/<slug:pack>/confirm/", views.confirm_parameter, name="confirm_parameter"),
]
