"""Values, drafts, rules and errors. Standard library and small value libraries only."""
