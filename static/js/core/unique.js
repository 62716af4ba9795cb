// Names that nobody else gives.

/** The browser's own way is there on https and on this machine alone, and a team may well meet on plain http in its own network. */
export function unique() {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}
