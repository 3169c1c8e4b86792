// What this page asks of the node.

let token = '';

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, {credentials: 'same-origin', ...options});
  } catch {
    throw new Refused(0, 'The node does not answer.');
  }
  const document = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Refused(answer.status, document.error || `The node answers ${answer.status}.`);
  }
  return document;
}

export async function login(name, password) {
  const session = await ask('/login', {method: 'POST', body: new URLSearchParams({name, password})});
  token = session.token;
  return session;
}

export async function session() {
  const session = await ask('/api/v1/session');
  token = session.token;
  return session;
}

export const get = path => ask(`/api/v1${path}`);

/** A change; each has an id of its own, so that none is made twice. */
export function post(path, query = {}) {
  const words = new URLSearchParams(query).toString();
  return ask(`/api/v1${path}${words ? `?${words}` : ''}`, {
    method: 'POST',
    headers: {'X-Proa-Token': token, 'X-Proa-Request': newId()},
  });
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/** Snapshots, one a second, until the login is over; tells when they do not come. */
export function watch(show, silent, over) {
  const source = new EventSource('/api/v1/stream');
  source.onmessage = event => show(JSON.parse(event.data));
  source.addEventListener('over', () => {
    source.close();
    over();
  });
  source.onerror = async () => {
    silent();
    if (source.readyState !== EventSource.CLOSED) {
      return; // the browser tries again
    }
    try {
      await session();
    } catch (refused) {
      if (refused.status === 401) {
        over();
        return;
      }
    }
    setTimeout(() => watch(show, silent, over), 2000);
  };
}
