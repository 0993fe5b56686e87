"""Where each place is. One word names the view file, the template folder, the block here and the test file."""

from django.urls import include, path

from couples.views import front, glass, learn, leave, me, room, safety, timeline, today

urlpatterns = [
    path("", include(front.urlpatterns)),
    path("", include(glass.urlpatterns)),
    path("", include(learn.urlpatterns)),
    path("", include(leave.urlpatterns)),
    path("", include(me.urlpatterns)),
    path("", include(room.urlpatterns)),
    path("", include(safety.urlpatterns)),
    path("", include(timeline.urlpatterns)),
    path("", include(today.urlpatterns)),
]
