"""Files in and out: workbooks, rosters, names, uploads and papers."""
