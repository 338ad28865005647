"""What runs in the container image only: secrets at the first start, the web processes, the health checks.

Without Django, so that each starts in a moment.
"""
