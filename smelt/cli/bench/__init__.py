"""`smelt bench`: how fast smelt runs a table of single operations here, beside its peers.

operations.py says what is computed, rows.py on which shapes, contest.py measures, report.py prints.
`python -m benchmarks` adds peers that smelt itself does not depend on.
"""
