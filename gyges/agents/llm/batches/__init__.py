"""Overnight at half price: the requests of all episodes in batches, a decision of each at a time."""
