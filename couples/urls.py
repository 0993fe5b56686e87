"""Where each place is. One word names the view file, the template folder, the block here and the test file."""

from django.urls import include, path

from couples.views import (
    erasing,
    export,
    front,
    glass,
    learn,
    leave,
    me,
    mine,
    open_steps,
    ours,
    pairing,
    room,
    safety,
    sitting,
    steps,
    timeline,
    today,
    wait,
    writing,
    yes,
)

urlpatterns = [
    path("", include(erasing.urlpatterns)),
    path("", include(export.urlpatterns)),
    path("", include(front.urlpatterns)),
    path("", include(glass.urlpatterns)),
    path("", include(learn.urlpatterns)),
    path("", include(leave.urlpatterns)),
    path("", include(me.urlpatterns)),
    path("", include(mine.urlpatterns)),
    path("", include(open_steps.urlpatterns)),
    path("", include(ours.urlpatterns)),
    path("", include(pairing.urlpatterns)),
    path("", include(room.urlpatterns)),
    path("", include(safety.urlpatterns)),
    path("", include(sitting.urlpatterns)),
    path("", include(steps.urlpatterns)),
    path("", include(timeline.urlpatterns)),
    path("", include(today.urlpatterns)),
    path("", include(wait.urlpatterns)),
    path("", include(writing.urlpatterns)),
    path("", include(yes.urlpatterns)),
]
