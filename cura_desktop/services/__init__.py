"""One module per capability; a public method is one transaction, as one signed-in person."""
