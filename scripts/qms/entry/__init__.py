"""Facts on their way into a record: what a form asks, what an answer means, the next number. No files, no git, no clock, no printing."""
