/**
 * What the server is made of that is not ours. It is built into a file of its own, which the licences beside it are for.
 */
export { getRequestListener } from '@hono/node-server';
export { Hono } from 'hono';
export { matchedRoutes } from 'hono/route';
