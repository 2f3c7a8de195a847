"""The pure tests are run at every change: each property draws fifty cases here, and the simulation draws its own."""

from hypothesis import settings

settings.register_profile("pure", max_examples=50, deadline=None)
settings.load_profile("pure")
