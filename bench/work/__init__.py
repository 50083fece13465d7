"""What the handlers of the study `work` do, and the loads under which they do it."""
