/** The shapes of the public contract after `core/shapes.js` filled in what may be absent, and the client's own state. */

interface User {
  id: string;
  username: string;
  display_name: string;
  role: string;
  avatar_url: string;
  status: string;
  /** The avatar's colour, 1 to 12; 0: the one that comes of the id. */
  hue: number;
}

interface RoomMe {
  role: string;
  notify: string;
  muted: boolean;
  favourite: boolean;
  last_read_num: number;
  /** A manager's mute: until a time, or until it is lifted; null: none. */
  mute?: { until?: string } | null;
}

interface Room {
  id: string;
  name: string;
  kind: string;
  topic: string;
  /** The last change this client knows to have happened in the room. */
  seq: number;
  /** Top-level messages ever sent. */
  num: number;
  unread: number;
  mentions: number;
  last_message_at: string;
  archived: boolean;
  /** Of a direct room: everybody in it. */
  users: User[];
  /** null: an open room that is only being looked at. */
  me: RoomMe | null;
}

interface Reaction {
  emoji: string;
  count: number;
  user_ids: string[];
}

interface Message {
  id: string;
  room_id: string;
  seq: number;
  /** 0 for a reply. */
  num: number;
  thread_id: string;
  reply_count: number;
  /** Of a root: when its newest reply came. */
  last_reply_at: string;
  /** Of a root: a few who replied last, the latest first. */
  repliers: User[];
  sender: User;
  client_id: string;
  text: string;
  html: string;
  created_at: string;
  edited_at: string;
  deleted: boolean;
  pinned: boolean;
  also_in_room: boolean;
  reactions: Reaction[];
  mentions: { user_ids: string[]; all: boolean };
}

/** A message that was typed here and is not acknowledged yet. */
interface Pending {
  client_id: string;
  user_id: string;
  room_id: string;
  text: string;
  /** The root that it answers, "" for a top-level message. */
  thread_id: string;
  also_in_room: boolean;
  created_at: string;
  /** waiting: not acknowledged, will be sent (again). failed: the server refused it; only the user moves it on. */
  status: 'waiting' | 'failed';
  code: string;
  detail: string;
}

/** A contiguous stretch of one room's messages, oldest first. */
interface Timeline {
  status: 'loading' | 'ready' | 'stale';
  messages: Message[];
  has_before: boolean;
  has_after: boolean;
  /** Every change up to this seq is in `messages`. */
  cursor: number;
  /** Events that came while the first page was under way. */
  held: ServerEvent[];
  /** While it is loading anew: nothing was missing in what is here. */
  whole: boolean;
  /** The "New" line stands before the first message whose num is above this; null: no line. */
  divider: number | null;
  /** Live messages that came while `has_after` kept them out of the window. */
  missed: number;
  /** The seq of the newest of those. */
  beyond: number;
}

interface Typist {
  user: User;
  /** Milliseconds on the caller's clock. */
  until: number;
}

interface State {
  me: User;
  team: { name: string };
  epoch: string;
  rooms: ReadonlyMap<string, Room>;
  timelines: ReadonlyMap<string, Timeline>;
  /** In the order they were typed, all rooms together. */
  outbox: ReadonlyArray<Pending>;
  typing: ReadonlyMap<string, ReadonlyMap<string, Typist>>;
  presence: ReadonlyMap<string, string>;
  /** The room on screen, "" on the phone's home screen. */
  current: string;
  /** The window is in front and the newest message is in view. */
  attentive: boolean;
  /** The newest message is in view, or it is being followed: older rows may be let go. */
  following: boolean;
  /** Whom the reader does not want to hear, by id. */
  blocked: ReadonlySet<string>;
}

/** Anything a carrier delivers, or the client tells itself (types that begin with "local."). */
type ServerEvent = { type: string; [field: string]: any };

interface Strings {
  [key: string]: string | { [category: string]: string };
}

interface Boot {
  me: any;
  epoch: string;
  lang: string;
  strings: Strings;
  team: { name: string };
  version: string;
  rooms: any[];
  room: any;
  messages: any[];
  has_before: boolean;
  has_after: boolean;
  blocked?: string[];
  /** The seq a permalink points at. */
  focus?: number;
}

interface TrustedTypePolicy {
  createHTML(text: string): any;
  createScriptURL(url: string): any;
}
interface Window {
  trustedTypes?: { createPolicy(name: string, rules: object): TrustedTypePolicy };
}
