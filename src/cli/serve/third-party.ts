/**
 * What the server is made of that is not ours. It is built into a file of its own, which the licences beside it are for.
 */
export { type HttpBindings, getRequestListener } from '@hono/node-server';
export { type Context, Hono, type Next } from 'hono';
