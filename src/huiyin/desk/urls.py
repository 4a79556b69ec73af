"""The desk's addresses."""

from django.urls import path

from huiyin.desk.views import act, case, intake, my_day, registers

app_name = "desk"
urlpatterns = [
    path("my-day/", my_day.my_day, name="my_day"),
    path("duties/", my_day.duties, name="duties"),
    path("new/", intake.new, name="new"),
    path("new/outcome/", intake.will_become, name="will_become"),
    path("new/caller/", intake.caller, name="caller"),
    path("new/duplicates/", intake.duplicates, name="duplicates"),
    path("drafts/<int:draft>/discard/", intake.discard_draft, name="discard_draft"),
    path("cases/<str:number>/", case.story, name="case"),
    path("cases/<str:number>/forms/", case.sheets, name="sheets"),
    path("cases/<str:number>/files/", case.files, name="files"),
    path("cases/<str:number>/files/<uuid:file>/", case.download, name="download"),
    path("cases/<str:number>/links/", case.links, name="links"),
    path("cases/<str:number>/notes/", case.write_note, name="write_note"),
    path("cases/<str:number>/why/<str:key>/", case.why, name="why"),
    path("cases/<str:number>/act/<str:act>/", act.act, name="act"),
    path("cases/<str:number>/act/<str:act>/outcome/", act.outcome, name="outcome"),
    path("register/", registers.registers, name="registers"),
    path("register/<str:pack>/<str:kind>/", registers.register, name="register"),
    path("standing/", registers.standing, name="standing"),
    path("search/", registers.search, name="search"),
    path("regulation/", registers.regulations, name="regulations"),
    path("regulation/<str:pack>/", registers.regulation, name="regulation"),
]
