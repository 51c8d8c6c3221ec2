"""From results to a site: pages, editions, the PDF, metadata."""
