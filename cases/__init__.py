"""The cases: tables, arithmetic, the door, papers, pages."""
