"""Answers by e-mail: from a mailbox or a mail service into the conversation they answer."""
