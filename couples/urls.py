"""Where each place is. One word names the view file, the template folder, the block here and the test file."""

from django.urls import include, path

from couples.views import front, learn, leave, me, safety, timeline, today

urlpatterns = [
    path("", include(front.urlpatterns)),
    path("", include(learn.urlpatterns)),
    path("", include(leave.urlpatterns)),
    path("", include(me.urlpatterns)),
    path("", include(safety.urlpatterns)),
    path("", include(timeline.urlpatterns)),
    path("", include(today.urlpatterns)),
]
