"""Messages between the people of a clinic, and the notifications behind the bell."""
