// REST calls. Answers the parsed body; throws ApiError for every refusal, and for no answer at all (code "offline").

export class ApiError extends Error {
  /** @param {number} status @param {any} problem an application/problem+json body, or less */
  constructor(status, problem) {
    super(problem?.detail || problem?.title || `status ${status}`);
    this.status = status;
    this.code = problem?.code ?? (status === 0 ? 'offline' : 'internal');
    this.detail = problem?.detail ?? '';
    /** @type {{field: string, code: string, detail: string}[]} */
    this.errors = problem?.errors ?? [];
  }
}

/** @param {() => void} onSignedOut called when a call is refused for want of a session */
export function createApi(onSignedOut) {
  /** @param {string} method @param {string} path below /api/v1 @param {object} [body] @param {{keepalive?: boolean}} [options] */
  async function call(method, path, body, options = {}) {
    /** @type {Response} */
    let answer;
    try {
      answer = await fetch(`/api/v1${path}`, {
        method,
        headers: body ? { 'Content-Type': 'application/json' } : {},
        body: body ? JSON.stringify(body) : undefined,
        keepalive: options.keepalive,
      });
    } catch {
      throw new ApiError(0, null);
    }
    if (answer.status === 204) return {};
    const parsed = await answer.json().catch(() => ({}));
    if (answer.ok) return parsed;
    if (answer.status === 401 && path !== '/login') onSignedOut();
    throw new ApiError(answer.status, parsed);
  }
  return {
    get: (/** @type {string} */ path) => call('GET', path),
    post: (/** @type {string} */ path, /** @type {object} */ body = {}) => call('POST', path, body),
    patch: (/** @type {string} */ path, /** @type {object} */ body) => call('PATCH', path, body),
    put: (/** @type {string} */ path, /** @type {object | undefined} */ body = undefined) => call('PUT', path, body),
    delete: (/** @type {string} */ path) => call('DELETE', path),
  };
}

/** @typedef {ReturnType<typeof createApi>} Api */
