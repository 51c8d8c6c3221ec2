"""What a notebook calls: a run, the story, the form that publishes."""
