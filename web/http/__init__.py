"""HTTP itself: what a request meets before any page or call, and what every response carries.

server      how uvicorn serves: deadlines, connections, workers
guard       security headers, bodies of bounded size
metrics     counters, by route and stage
admission   which requests are served, and when: hosts, keys, rates, turns
conditions  ETags, 304 and 412
links       headers that lead on: pages of a list, what a record is
"""
