"""The only place that joins the parts: settings, wiring, command line, ASGI application, worker."""
