-- The facts of some conversations, as they are now. See ConversationFacts in dashboard/models.py.
-- Each look-up of entries is by the conversation: constraint one_entry_per_seq.
INSERT INTO dashboard_conversationfacts (
    conversation_id, website_id, rev, started_at, last_said_at, first_response_at, resolved_at, agent_id, messages, rating,
    ai_began, to_people, ai_answered, thumb
)
SELECT c.id, c.website_id, c.rev, said.started_at, said.last_said_at, first.created_at, resolved.created_at,
       coalesce(c.assignee_id, first.author_id), said.messages, c.rating_score,
       ai.began, ai.began AND (ai.handed_off OR c.handled_by = 'human' OR said.by_staff), ai.last = 'answer', thumb.helpful
FROM conversations_conversation c
JOIN LATERAL (
    SELECT min(e.created_at) FILTER (WHERE e.role = 'user') AS started_at, max(e.created_at) AS last_said_at,
           count(*) AS messages, bool_or(e.is_manual AND e.role = 'assistant') AS by_staff
    FROM conversations_entry e WHERE e.conversation_id = c.id AND e.kind = 'message'
) said ON said.started_at IS NOT NULL
LEFT JOIN LATERAL (
    SELECT e.created_at, e.author_id FROM conversations_entry e
    WHERE e.conversation_id = c.id AND e.kind = 'message' AND e.is_manual AND e.role = 'assistant'
      AND e.created_at >= said.started_at
    ORDER BY e.seq LIMIT 1
) first ON true
LEFT JOIN conversations_entry resolved
       ON resolved.conversation_id = c.id AND resolved.seq = c.resolved_rev AND c.status = 'resolved'
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS began, coalesce(bool_or(r.state = 'handed_off'), false) AS handed_off,
           coalesce((array_agg(r.outcome ORDER BY r.began_at DESC, r.id) FILTER (WHERE r.state = 'stored'))[1], '') AS last
    FROM assistant_reply r WHERE r.conversation_id = c.id
) ai
LEFT JOIN LATERAL (
    SELECT t.helpful FROM assistant_thumb t WHERE t.conversation_id = c.id ORDER BY t.given_at DESC, t.entry_id LIMIT 1
) thumb ON true
WHERE c.id = ANY (%s)
ON CONFLICT (conversation_id) DO UPDATE SET
    website_id = excluded.website_id, rev = excluded.rev, started_at = excluded.started_at,
    last_said_at = excluded.last_said_at, first_response_at = excluded.first_response_at,
    resolved_at = excluded.resolved_at, agent_id = excluded.agent_id, messages = excluded.messages,
    rating = excluded.rating, ai_began = excluded.ai_began, to_people = excluded.to_people,
    ai_answered = excluded.ai_answered, thumb = excluded.thumb
