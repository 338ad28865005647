// Written by `manage.py write_protocol`; do not edit.

/** A file that was sent along. `url` is a path on our server that wants the credentials of who was sent it.

An image has a `width` and a `height`, in pixels, and may be shown; everything else is only to be saved. */
export interface Attachment {
  id: string;
  name: string;
  size: number;
  content_type: string;
  url: string;
  width: number | null;
  height: number | null;
}

/** Who wrote an entry. For visitors the id is an opaque public one. */
export interface Author {
  id: number | string | null;
  name: string;
  avatar_url: string | null;
}

/** I am away from now on, or back, as I (or an admin) have said in some window; from some websites or all. */
export interface Availability {
  type: "availability";
  is_away: boolean;
  away_from?: number[];
}

/** Say something in this conversation. */
export interface ChatMessage {
  type: "chat_message";
  client_id: string;
  content: string;
  attachments?: string[];
}

/** A light notification, for sockets that subscribed. */
export interface ChatUpdates {
  type: "chat_updates";
  data: Notification;
}

/** The answer that the AI is writing: the whole text so far. */
export interface Chunk {
  type: "chunk";
  conversation_id: string;
  message_id: string;
  index: number;
  content: string;
}

/** Somebody of the staff who is on, and what they look at. */
export interface Colleague {
  id: number;
  name: string;
  avatar_url: string | null;
  viewing: string[];
  typing: string[];
}

/** A conversation is no more: its visitor was erased, or it was kept for as long as the website keeps them. */
export interface ConversationRemoved {
  type: "conversation_removed";
  website_id: number;
  conversation_id: string;
}

/** Answer the visitor, or leave a note for colleagues. */
export interface DashboardChatMessage {
  type: "chat_message";
  client_id: string;
  content: string;
  attachments?: string[];
  conversation_id: string;
  note?: boolean;
}

/** The dashboard's socket is ready and subscribed to these websites. */
export interface DashboardConnected {
  type: "connected";
  connection_id: string;
  protocol: 1;
  heartbeat_seconds: number;
  websites: SubscribedWebsite[];
  user: DashboardUser;
}

/** The conversation's state changed. */
export interface DashboardConversationUpdated {
  conversation_id: string;
  website_id: number;
  rev: number;
  prev: number;
  type: "conversation_updated";
  conversation: StaffConversation;
  activity?: Message | null;
}

/** The server lives. */
export interface DashboardHeartbeat {
  type: "heartbeat";
}

/** Who of a website's staff is on, and who views and types where. */
export interface DashboardPresence {
  type: "presence";
  website_id: number;
  staff: Colleague[];
}

/** The staff has seen everything of this conversation up to this rev. */
export interface DashboardRead {
  type: "read";
  rev: number;
  conversation_id: string;
}

/** Send me what changed in this conversation after this rev. */
export interface DashboardResume {
  type: "resume";
  after: number;
  conversation_id: string;
}

/** What changed after my cursor: a page, cut in `rev` order. */
export interface DashboardResumed {
  type: "resumed";
  conversation_id: string;
  rev: number;
  conversation: StaffConversation;
  entries: Message[];
  complete: boolean;
}

/** Stop the answer that the AI is writing in this conversation. */
export interface DashboardStopReply {
  type: "stop_reply";
  conversation_id: string;
}

/** Tell the visitor that I am typing; never stored. */
export interface DashboardTyping {
  conversation_id: string;
  type: "typing";
  is_typing: boolean;
}

/** Who I am. */
export interface DashboardUser {
  id: number;
  name: string;
  avatar_url: string | null;
}

/** Why the socket is closed right after this. */
export interface Error {
  type: "error";
  code: string;
  detail: string;
}

/** From now on the AI answers again. */
export interface HandBack {
  conversation_id: string;
  type: "hand_back";
}

/** A colleague calls me by name in a note. */
export interface Mentioned {
  type: "mentioned";
  conversation_id: string;
  website_id: number;
  message_id: string;
  author: Author | null;
  excerpt: string;
}

/** One entry of a conversation's timeline: a message, a note or an activity. */
export interface Message {
  id: string;
  seq: number;
  rev: number;
  client_id: string | null;
  kind: "message" | "note" | "activity";
  role: "user" | "assistant" | "system";
  is_manual: boolean;
  content: string;
  author: Author | null;
  timestamp: string;
  conversation_id: string;
  attachments: Attachment[];
  sources: Source[];
  deleted: boolean;
}

/** An entry was edited or deleted. */
export interface MessageUpdated {
  conversation_id: string;
  website_id: number;
  rev: number;
  prev: number;
  type: "message_updated";
  message: Message;
}

/** An entry was stored. With my `client_id` it acknowledges what I sent. */
export interface NewMessage {
  conversation_id: string;
  website_id: number;
  rev: number;
  prev: number;
  type: "new_message";
  message: Message;
}

/** Something was said in a chat: refetch it. */
export interface Notification {
  type: "chat_message_notification";
  chat_id: string;
  message_role: "user" | "assistant" | "system";
  timestamp: string;
}

/** A sign of life; answered by `pong`. */
export interface Ping {
  type: "ping";
}

/** The answer to `ping`. */
export interface Pong {
  type: "pong";
}

/** What the visitor thought of it. */
export interface Rating {
  score: number;
  comment: string;
}

/** I have seen everything up to this rev. */
export interface Read {
  type: "read";
  rev: number;
}

/** How far one side has received and read. */
export interface ReadShown {
  type: "read";
  conversation_id: string;
  reader: "visitor" | "staff";
  delivered_rev: number;
  read_rev: number;
}

/** A command was refused; the socket stays. */
export interface Rejected {
  type: "rejected";
  code: "invalid" | "forbidden" | "not_found" | "rate_limited" | "too_long" | "conflict" | "unavailable";
  detail: string;
  client_id?: string | null;
  retry_after?: number | null;
  conversation_id?: string | null;
}

/** The answer being written will not come; no chunk of it follows. */
export interface ReplyCancelled {
  type: "reply_cancelled";
  conversation_id: string;
  message_id: string;
  reason: "takeover" | "stopped" | "superseded" | "failed";
}

/** I want to talk to a person. */
export interface RequestHuman {
  type: "request_human";
}

/** Send me what changed after this rev. */
export interface Resume {
  type: "resume";
  after: number;
}

/** Live frames may have been lost: resume now. */
export interface Resync {
  type: "resync";
}

/** A website that I may see. */
export interface SeenWebsite {
  id: number;
  name: string;
}

/** What an answer rests on. */
export interface Source {
  title: string;
  url: string;
}

/** A conversation's whole state, for staff. */
export interface StaffConversation {
  id: string;
  website_id: number;
  rev: number;
  status: "open" | "snoozed" | "resolved";
  handled_by: "ai" | "human";
  assignee: Author | null;
  visitor: VisitorCard;
  subject: string;
  preview: string;
  last_message_at: string;
  message_count: number;
  unread_count: number;
  visitor_delivered_rev: number;
  visitor_read_rev: number;
  staff_delivered_rev: number;
  staff_read_rev: number;
  labels: string[];
  attributes: Record<string, unknown>;
  priority: "low" | "normal" | "high" | "urgent";
  rating: Rating | null;
  created_at: string;
  snoozed_until: string | null;
  waiting_since: string | null;
}

/** Stop the answer that the AI is writing. */
export interface StopReply {
  type: "stop_reply";
}

/** Send me light notifications, too. */
export interface Subscribe {
  type: "subscribe";
  channel: "chat_updates";
}

/** The light notifications come from now on. */
export interface Subscribed {
  type: "subscribed";
  channel: "chat_updates";
  subscribers: number;
}

/** A website whose group this socket is in, and how many dashboards are. */
export interface SubscribedWebsite {
  id: number;
  name: string;
  subscribers: number;
}

/** From now on a person answers. */
export interface TakeOver {
  conversation_id: string;
  type: "take_over";
}

/** Tell the other side that I am typing; never stored. */
export interface Typing {
  type: "typing";
  is_typing: boolean;
  draft?: string | null;
}

/** Somebody is typing, for at most `expires_in` seconds. */
export interface TypingShown {
  type: "typing";
  conversation_id: string;
  from: "visitor" | "agent" | "assistant";
  is_typing: boolean;
  expires_in: number;
  author?: Author | null;
  draft?: string | null;
}

/** Stop the light notifications. */
export interface Unsubscribe {
  type: "unsubscribe";
  channel: "chat_updates";
}

/** The light notifications have ended. */
export interface Unsubscribed {
  type: "unsubscribed";
  channel: "chat_updates";
  subscribers: number;
}

/** The conversation I am looking at, for colleagues to see. */
export interface View {
  type: "view";
  conversation_id: string | null;
}

/** The visitor as the staff sees them. */
export interface VisitorCard {
  id: string;
  name: string;
  email: string;
  identified: boolean;
  attributes: Record<string, unknown>;
  page_url: string;
  page_title: string;
  referrer: string;
  user_agent: string;
  first_seen_at: string;
  last_seen_at: string;
}

/** The visitor's socket is ready. */
export interface VisitorConnected {
  type: "connected";
  connection_id: string;
  protocol: 1;
  heartbeat_seconds: number;
  conversation: VisitorConversation;
  rev: number;
}

/** A conversation's whole state, for the visitor. */
export interface VisitorConversation {
  id: string;
  rev: number;
  status: "open" | "snoozed" | "resolved";
  handled_by: "ai" | "human";
  agent: Author | null;
  staff_delivered_rev: number;
  staff_read_rev: number;
  visitor_read_rev: number;
  unread_count: number;
  rating: Rating | null;
  asks_email: boolean;
}

/** The conversation's state changed. */
export interface VisitorConversationUpdated {
  conversation_id: string;
  website_id: number;
  rev: number;
  prev: number;
  type: "conversation_updated";
  conversation: VisitorConversation;
  activity?: Message | null;
}

/** The server lives; my conversation stands here. */
export interface VisitorHeartbeat {
  type: "heartbeat";
  rev: number;
  visitor_read_rev: number;
  staff_delivered_rev: number;
  staff_read_rev: number;
}

/** Whether somebody of the staff is there. */
export interface VisitorPresence {
  type: "presence";
  available: boolean;
  reply_time?: string | null;
}

/** What changed after my cursor: a page, cut in `rev` order. */
export interface VisitorResumed {
  type: "resumed";
  conversation_id: string;
  rev: number;
  conversation: VisitorConversation;
  entries: Message[];
  complete: boolean;
}

/** A visitor with a conversation has opened another page. Told live only; no change of the conversation. */
export interface VisitorUpdated {
  type: "visitor_updated";
  website_id: number;
  conversation_id: string;
  visitor: VisitorCard;
}

/** My rights have changed: I may see these websites from now on. With none left the socket is closed. */
export interface Websites {
  type: "websites";
  websites: SeenWebsite[];
}

export type VisitorCommand = ChatMessage | Typing | Read | Resume | RequestHuman | StopReply | Ping;
export type DashboardCommand = DashboardChatMessage | DashboardTyping | DashboardRead | DashboardResume | DashboardStopReply | TakeOver | HandBack | View | Subscribe | Unsubscribe | Ping;
export type VisitorFrame = VisitorConnected | NewMessage | MessageUpdated | VisitorConversationUpdated | Chunk | ReplyCancelled | TypingShown | ReadShown | VisitorPresence | VisitorResumed | VisitorHeartbeat | Resync | Pong | Error | Rejected;
export type DashboardFrame = DashboardConnected | NewMessage | MessageUpdated | DashboardConversationUpdated | Chunk | ReplyCancelled | TypingShown | ReadShown | DashboardPresence | Availability | Websites | Mentioned | VisitorUpdated | ConversationRemoved | DashboardResumed | Subscribed | Unsubscribed | ChatUpdates | DashboardHeartbeat | Resync | Pong | Error | Rejected;
