"""The diary on screen: day, week and list, booking, and who is waiting."""
