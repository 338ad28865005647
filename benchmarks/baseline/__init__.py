"""What one gets by following the Channels tutorial: the ORM for each message, the core Redis layer, Daphne.

It checks nothing and knows nothing of rights. Neither crippled nor tuned: what is not said here is as Django has it.
"""
