"""ingest: makes data/ out of the source collection. Nothing else imports it."""
