"""Stock on screen: the dock, an item's tab, alerts and the counter."""
