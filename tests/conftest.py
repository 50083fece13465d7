"""Settings every test shares."""

from hypothesis import settings

# A time limit per example would measure how busy the machine is, not whether the code is right.
settings.register_profile("hopcost", deadline=None)
settings.load_profile("hopcost")
