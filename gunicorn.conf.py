"""How gunicorn serves this place, unless its command line says otherwise: `gunicorn trustapp.wsgi` reads this file."""

workers = 2
threads = (
    4  # an answer that waits so as not to tell who is known (couples/lib/constant_time.py) holds one of these only
)
control_socket_disable = True  # nothing here needs one, and two places of one user would share it
