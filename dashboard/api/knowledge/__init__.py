"""A website's knowledge over REST, for its owners and admins: what its pages do (dashboard/manage/knowledge)."""
