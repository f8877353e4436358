"""After the commit: outbox, jobs, reminders, deadlines, backup, and who runs them."""
