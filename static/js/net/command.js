// What every carrier has in common: what it is asked to do, and how it says that it cannot.

/** The server refused a command, or nobody was there to hear it (code "offline"). */
export class CommandError extends Error {
  /** @param {{code?: string, detail?: string, retry_after?: number}} frame */
  constructor(frame) {
    super(frame.detail || frame.code || 'refused');
    this.code = frame.code ?? 'internal';
    this.detail = frame.detail ?? '';
    this.retryAfter = frame.retry_after ?? 1;
  }
}

/**
 * How events and commands go: over one socket, as a stream with requests beside it, or as one request after the other.
 * @typedef {'websocket' | 'stream' | 'poll'} Way
 */

/**
 * A way that stands, or is being tried: it stands when its first frame, the server's hello, was heard.
 * @typedef {{
 *   way: Way,
 *   request: (frame: any) => Promise<any>, send: (frame: any) => void, close: () => void,
 * }} Carrier
 */

/** @typedef {{epoch: string, rooms: Record<string, number>}} Hello */

/**
 * What a carrier tells. After ended, which it calls once unless it was closed, it tells nothing more.
 * @typedef {{
 *   hello: () => Hello, hear: (frame: ServerEvent) => void, moved: () => void,
 *   ended: (code: number, why: 'refused' | 'silent' | 'cut') => void,
 * }} Above
 */

/** @typedef {(above: Above) => Carrier} OpenCarrier */
