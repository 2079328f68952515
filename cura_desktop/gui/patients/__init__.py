"""Finding, registering and looking after patients at the desk."""
