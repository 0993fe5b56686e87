"""What a page costs, as ratios within one run: to a page of bare Django, to few of something, to one process.

Seconds differ between machines and moments, so none is judged. A ratio is judged where it is 15 percent over its
budget, and then measured a second time; counts and sizes are judged as they are.
"""
