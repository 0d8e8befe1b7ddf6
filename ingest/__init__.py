"""Files become Documents, Documents become Passages. Imports nothing else of ours."""
