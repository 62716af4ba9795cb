// The third script: how events and commands go where no WebSocket does. It is fetched only there.
import { httpCarrier } from './net/http.js';

/** @param {() => string[]} screen the rooms that are on it */
export const overHttp = (screen) => httpCarrier({ fetch: (...of) => fetch(...of), screen, now: Date.now });
