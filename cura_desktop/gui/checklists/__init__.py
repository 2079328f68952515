"""Clinical procedures and emergency protocols as checklists."""
