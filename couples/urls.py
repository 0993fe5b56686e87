"""Where each place is. One word names the view file, the template folder, the block here and the test file."""

from django.urls import include, path

from couples.views import , pairing, sitting, yes
    front,
    glass,
    learn,
    leave,
    me,
    mine,
    open_steps,
    ours,
    room,
    safety,
    steps,
    timeline,
    today,
    writing,
)

urlpatterns = [
    path("", include(.urlpatterns)),
    path("", include(pairing.urlpatterns)),
    path("", include(sitting.urlpatterns)),
    path("", include(yes.urlpatterns)),
]
