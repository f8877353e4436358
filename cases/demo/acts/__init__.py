"""The acts of the demonstration, in the order of the year."""
