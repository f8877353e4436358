"""The process of annual assessment, written once as data; pure, and never reads the clock."""
