"""What people fill in. Plain WTForms; knows the words, never the tables, never Flask."""
