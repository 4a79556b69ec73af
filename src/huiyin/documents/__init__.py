"""Files on cases: photos, scans, recordings, letters; kept beside the event log and named in it by their digest."""
