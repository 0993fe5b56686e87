"""Where each place is. One word names the view file, the template folder, the block here and the test file."""

from django.urls import include, path

from couples.views import learn, safety

urlpatterns = [
    path("", include(learn.urlpatterns)),
    path("", include(safety.urlpatterns)),
]
